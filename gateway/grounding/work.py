"""How much is looked at for one answer. Pure.

Counted, not timed: what is found must not depend on the machine, or on how busy it is. A unit is about a nanosecond.
"""

from typing import Final

# Of looking for what is not there word for word, over all quotes of an answer; and of exact matches that cut a word.
NEAR: Final = 250_000_000
MATCHES: Final = 3_000


class Work:
    """What is left. Without bounds for whoever has other means to end it."""

    __slots__ = ("matches", "near")

    def __init__(self, near: float = float("inf"), matches: float = float("inf")) -> None:
        self.near, self.matches = near, matches

    @classmethod
    def bounded(cls) -> "Work":
        return cls(NEAR, MATCHES)

    @property
    def is_spent(self) -> bool:
        return self.near <= 0 or self.matches <= 0
