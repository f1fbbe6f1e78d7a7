"""Whether a chain has a second model that can stand in: good enough on its suites, and found to answer. Pure."""

from dataclasses import dataclass
from typing import Final

from evals.parity import ChainParity
from gateway.models import ChainDrill
from gateway.standing.words import Word


@dataclass(frozen=True, slots=True)
class Second(Word):
    """`short`: in a column that says what it is of."""

    short: str


_UNPROVEN: Final = Second("warn", "No proven second model", "Not proven")
_UNTRIED: Final = Second("warn", "Second model never tried out", "Never tried out")
_NOT_PASSED: Final = Second("bad", "Second model did not pass its drill", "Drill not passed")
_PROVEN: Final = Second("ok", "Second model proven", "Proven")


def second_of(parity: ChainParity, drill: ChainDrill | None) -> Second:
    """`drill`: the chain's newest that is over; one of other models says nothing of those of now."""
    if parity.lacks:
        return _UNPROVEN
    if drill is None or not drill.is_of(parity.labels):
        return _UNTRIED
    return _PROVEN if drill.passed else _NOT_PASSED
