"""Which units a look asks for, and in which order. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Unit(NamedTuple):
    """One case, asked once of one arm."""

    arm: str
    case: str
    repeat: int


def units(arms: Sequence[str], cases: Sequence[str], repeats: range) -> Iterator[Unit]:
    """Both arms of a case side by side, so that a provider that drifts drifts for both; which is first alternates."""
    for repeat in repeats:
        for number, case in enumerate(cases):
            ordered = arms if (number + repeat) % 2 == 0 else tuple(reversed(arms))
            for arm in ordered:
                yield Unit(arm, case, repeat)
