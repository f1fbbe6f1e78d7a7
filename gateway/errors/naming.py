"""Which names somebody is told who named one that is not there: near ones, where there are any. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Final

_SHOWN: Final = 3
# Comparing takes the time of all other calls: of many names only those are compared that begin or end like the one
# that was meant, and of long ones both ends alone.
_BESIDE: Final = 3
_SIGNS_OF_AN_END: Final = 24


def told(named: str, names: Sequence[str], *, beginning: str = "") -> str:
    """What to use instead; a name with a `beginning` of its own is compared with those that share it."""
    alike = [name for name in names if name.startswith(beginning)] or names
    near = _near(named, alike, len(beginning))
    if near:
        return f"Did you mean {' or '.join(near)}? {_count_of_others(len(names) - len(near))}"
    return some(list(dict.fromkeys([*alike, *names])))


def some(names: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    if len(names) <= _SHOWN:
        return f"This key may use: {', '.join(names) or 'none yet'}."
    return f"This key may use: {', '.join(names[:_SHOWN])}. {_count_of_others(len(names) - _SHOWN)}"


def _count_of_others(count: int) -> str:
    return f"There {'is 1 other' if count == 1 else f'are {count} others'}: GET /v1/models lists them all."


def _near(named: str, names: Sequence[str], start: int) -> list[str]:
    if len(names) <= _SHOWN and not start:
        return []
    by_ends = {_ends(name[start:]): name for name in names}
    wanted = _ends(named[start:])
    return [by_ends[ends] for ends in get_close_matches(wanted, _compared(wanted, list(by_ends)), n=_SHOWN)]


def _ends(name: str) -> str:
    name = name.lower()
    return name if len(name) <= 2 * _SIGNS_OF_AN_END else name[:_SIGNS_OF_AN_END] + name[-_SIGNS_OF_AN_END:]


def _compared(wanted: str, names: list[str]) -> list[str]:
    if len(names) <= 4 * _BESIDE:
        return names
    alike_at_the_end = (name[::-1] for name in _beside(wanted[::-1], sorted(name[::-1] for name in names)))
    return list(dict.fromkeys([*_beside(wanted, sorted(names)), *alike_at_the_end]))


def _beside(wanted: str, ordered: Sequence[str]) -> Iterator[str]:
    """In order, those that share most of the beginning stand beside each other."""
    place = bisect_left(ordered, wanted)
    yield from ordered[max(0, place - _BESIDE) : place + _BESIDE]
