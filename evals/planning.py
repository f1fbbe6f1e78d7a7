"""Which units a look asks for, in which order, and how tasks share them. Pure."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

# Tasks that ask side by side, each its share of a run's calls at once.
SHARDS: Final = 2
# A task that has said nothing for so long is dead.
HELD_FOR: Final = timedelta(seconds=30)


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


def share(at_once: int, shard: int) -> int:
    """How many of a run's calls at once are this shard's; together they are all of them."""
    return at_once // SHARDS + (shard < at_once % SHARDS)
