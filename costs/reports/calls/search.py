"""Looking through calls by time, in steps: whoever wants the last ones never opens the days before them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final
from uuid import UUID

from aiops.lib import uuid7
from costs.models import Call
from costs.models.call import CallQuerySet

BEGINNING: Final = datetime(2020, 1, 1, tzinfo=UTC)
# No partition is of a later time.
_LAST: Final = uuid7.floor(datetime(2100, 1, 1, tzinfo=UTC))
_FIRST_STEP: Final = timedelta(minutes=5)
# While a step takes less than this, in seconds, the next one goes four times as far.
_QUICK: Final = 0.05


@dataclass(frozen=True, slots=True)
class Found:
    """Newest first. `reached`: as far as was looked, when the time was up before the end or enough were found."""

    calls: list[Call]
    reached: UUID | None

    @property
    def reached_at(self) -> datetime | None:
        return uuid7.time_of(self.reached) if self.reached else None


def older(
    rows: CallQuerySet,
    *,
    at: datetime,
    since: datetime | None,
    until: datetime | None = None,
    before: UUID | None = None,
    limit: int,
    seconds: float,
) -> Found:
    """The newest calls that end before `before`, but none from before `since`; looked for so many seconds."""
    first, edge = uuid7.floor(max(since or BEGINNING, BEGINNING)), until or at
    end = _LAST if until is None else uuid7.floor(until)
    if before is not None and before < end:
        end, edge = before, uuid7.time_of(before)
    found: list[Call] = []
    for span in spans(seconds):
        edge = back(edge, span)
        lower = max(first, uuid7.floor(edge))
        if lower < end:
            found += rows.filter(id__gte=lower, id__lt=end).order_by("-id")[: limit - len(found)]
            end = lower
        if len(found) == limit:
            return Found(found, found[-1].id)
        if end <= first:
            return Found(found, None)
    return Found(found, end)


def newer(
    rows: CallQuerySet, *, at: datetime, until: datetime | None = None, after: UUID, limit: int, seconds: float
) -> Found:
    """The calls next after this one, newest first all the same."""
    last = _LAST if until is None else uuid7.floor(until)
    after = min(after, last)
    edge, start = uuid7.time_of(after), after
    found: list[Call] = []
    for span in spans(seconds):
        edge += span
        upper = last if edge >= (until or at) else min(last, uuid7.floor(edge))
        if upper > start:
            found += rows.filter(id__gt=start, id__lt=upper).order_by("id")[: limit - len(found)]
            # One is asked for as `id > start`; the bound itself belongs to the next step.
            start = UUID(int=upper.int - 1)
        if len(found) == limit or upper == last:
            break
    return Found(found[::-1], found[-1].id if len(found) == limit else None)


def spans(seconds: float) -> Iterator[timedelta]:
    """Each four times as long as the one before while that is quick, until the time is up; always one."""
    span, began = _FIRST_STEP, monotonic()
    last = began
    while True:
        yield span
        now = monotonic()
        if now - began > seconds:
            return
        if now - last < _QUICK:
            span = min(span * 4, timedelta(days=1000))
        last = now


def back(edge: datetime, span: timedelta) -> datetime:
    return max(BEGINNING, edge - span)
