"""The days of a report and those it is compared with. Pure; everything is UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From the hour of `since` up to, and without, `until`."""

    since: datetime
    until: datetime

    @property
    def days(self) -> tuple[date, ...]:
        first = self.since.date()
        last = max((self.until - timedelta(microseconds=1)).date(), first)
        return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))

    @property
    def whole_days(self) -> tuple[date, date]:
        """The days that lie in it from end to end; the second date is excluded."""
        first = hour_of(self.since)
        start = first.date() if first == midnight(first.date()) else first.date() + _DAY
        return start, max(self.until.date(), start)

    @property
    def edges(self) -> tuple["Period", ...]:
        """What is left of it before and behind its whole days."""
        start, end = (midnight(day) for day in self.whole_days)
        first = hour_of(self.since)
        head = Period(first, min(start, self.until))
        tail = Period(max(end, first), self.until)
        pieces = (head,) if start >= self.until else (head, tail)
        return tuple(piece for piece in pieces if piece.since < piece.until)

    def before(self) -> "Period":
        """The same days of last month when this begins with one, else the same length just before it."""
        if self.since == month_start(self.since) and self.until <= next_month(self.since):
            since = month_start(self.since - _DAY)
            if self.until == next_month(self.since):
                return Period(since, self.since)
            return Period(since, min(since + self._whole_hours(), self.since))
        shift = -(-(self.until - self.since) // _DAY) * _DAY
        return Period(self.since - shift, self.since - shift + self._whole_hours())

    def _whole_hours(self) -> timedelta:
        # The hour that is still running would be compared with a whole one.
        return (self.until - self.since) // _HOUR * _HOUR


def month_start(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(moment: datetime) -> datetime:
    return month_start(month_start(moment) + timedelta(days=32))


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def hour_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
