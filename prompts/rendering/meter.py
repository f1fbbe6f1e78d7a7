"""How much one rendering may do. Counted, not timed: the same variables are refused on every machine."""

from collections.abc import Iterable
from itertools import chain
from typing import Any, Final

LONGEST_OUTPUT: Final = 400_000
# An iteration, a filter and a comparison are a unit each, and one more for so much of what they work on: in characters,
# any other value and each list or object as much as so many of them.
MOST_WORK: Final = 20_000
_A_UNIT: Final = 256
_A_VALUE: Final = 16


class Excess(Exception):
    """More work or more text than a rendering may have."""


class Meter:
    """Of one rendering, in one thread."""

    __slots__ = ("_characters", "_sizes", "_work")

    def __init__(self) -> None:
        self._work = MOST_WORK
        self._characters = LONGEST_OUTPUT
        # By identity, each with its value: one that were let go of could leave its identity to another.
        self._sizes: dict[int, tuple[Any, int]] = {}

    def spend(self, units: int) -> None:
        self._work -= units
        if self._work < 0:
            raise Excess("the loops and filters of the prompt have too much to do with these variables.")

    def weigh[T](self, value: T) -> T:
        """What works on all that is in a value, however deep, costs by all of it."""
        self.spend(1 + self.weight(value))
        return value

    def weigh_top[T](self, value: T) -> T:
        """What works on a text, or on the items of a list and not on what is in them, costs by their number."""
        self.spend(1 + _top(value) // _A_UNIT)
        return value

    def weight(self, value: object) -> int:
        return self._size(value) // _A_UNIT

    def _size(self, value: object) -> int:
        """Counted once for each list and object, also when many others hold it."""
        if not isinstance(value, list | tuple | dict):
            return _top(value)
        known = self._sizes.get(id(value))
        if known is None:
            inner = chain(value, value.values()) if isinstance(value, dict) else value
            known = self._sizes[id(value)] = value, _A_VALUE + sum(map(self._size, inner))
        return known[1]

    def collect(self, pieces: Iterable[str]) -> str:
        kept: list[str] = []
        keep, left = kept.append, self._characters
        for piece in pieces:
            left -= len(piece)
            if left < 0:
                raise Excess(f"the messages would have more than {LONGEST_OUTPUT:,} characters.")
            keep(piece)
        self._characters = left
        return "".join(kept)


def check_length(length: int) -> None:
    """Before a text of that length is made."""
    if length > LONGEST_OUTPUT:
        raise Excess(f"a text would have more than {LONGEST_OUTPUT:,} characters.")


def count(value: object) -> int:
    """Of its items, or its characters."""
    return len(value) if isinstance(value, str | list | tuple | dict | range) else 0


def _top(value: object) -> int:
    return len(value) if isinstance(value, str) else _A_VALUE * max(1, count(value))
