"""The days of an item as its changes of state."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from readiness.evidence import State
from readiness.models import StateOfDay
from readiness.views.showing import TONES

_MOST = 20


class Change(NamedTuple):
    """From its first day to its last it was in this state; the sentence is of the last."""

    state: State
    first: date
    last: date
    sentence: str

    @property
    def tone(self) -> str:
        return TONES[self.state]


def changes_of(newest_first: Iterable[StateOfDay]) -> list[Change]:
    """A day that was never recorded, as the console was off, breaks nothing."""
    found: list[Change] = []
    for row in newest_first:
        if found and found[-1].state == row.state:
            found[-1] = found[-1]._replace(first=min(row.since, found[-1].first))
        elif len(found) == _MOST:
            break
        else:
            found.append(Change(State(row.state), row.since, row.day, row.sentence))
    return found
