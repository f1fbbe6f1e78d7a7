"""How much one rendering may do. Counted, not timed: the same variables are refused on every machine."""

from collections.abc import Iterable
from typing import Final

LONGEST_OUTPUT: Final = 400_000
# An iteration, a filter and a comparison are a unit each, and one more for every so many characters or items.
_WORK: Final = 20_000
_CHARACTERS: Final = 256
_ITEMS: Final = 16


class Excess(Exception):
    """More work or more text than a rendering may have."""


class Meter:
    """Of one rendering, in one thread."""

    __slots__ = ("_characters", "_work")

    def __init__(self) -> None:
        self._work = _WORK
        self._characters = LONGEST_OUTPUT

    def spend(self, units: int) -> None:
        self._work -= units
        if self._work < 0:
            raise Excess("the loops and filters of the prompt have too much to do with these variables.")

    def weigh[T](self, value: T) -> T:
        """What works on a value costs by its size."""
        self.spend(1 + _weight(value))
        return value

    def collect(self, pieces: Iterable[str]) -> str:
        kept = []
        for piece in pieces:
            self._characters -= len(piece)
            if self._characters < 0:
                raise Excess(f"the messages would have more than {LONGEST_OUTPUT:,} characters.")
            kept.append(piece)
        return "".join(kept)


def check_length(length: int) -> None:
    """Before a text of that length is made."""
    if length > LONGEST_OUTPUT:
        raise Excess(f"a text would have more than {LONGEST_OUTPUT:,} characters.")


def _weight(value: object) -> int:
    if isinstance(value, str):
        return len(value) // _CHARACTERS
    return len(value) // _ITEMS if isinstance(value, list | tuple | dict) else 0
