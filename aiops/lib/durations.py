"""Spans of time as people write them in commands and addresses: 15m, 4h, 2d. Pure."""

import re
from datetime import UTC, datetime, timedelta

_SPAN = re.compile(r"(\d{1,8})([smhdw])")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

# What lies outside is a slip of the pen, and sums of times near the calendar's ends overflow.
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

SPANS = "a span such as 15m, 4h or 2d"
MOMENTS = f"{SPANS}, or an ISO time such as 2026-03-01T09:00"
UPCOMING = "an ISO time such as 2026-03-01T09:00, or a time of day such as 18:00, in UTC unless it says otherwise"


def span(text: str) -> timedelta | None:
    """None when it is not a span of at least one unit."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None or not int(found[1]):
        return None
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def moment(text: str, *, now: datetime) -> datetime | None:
    """That long before `now`, or the ISO time itself (UTC unless it says otherwise); None when it is neither."""
    length = span(text)
    try:
        at = now - length if length else datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at if _FIRST <= at < _LAST else None


def upcoming(text: str, *, now: datetime) -> datetime | None:
    """The ISO time itself, or the next time that it is so late of the day, in UTC; None when it is neither."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None if span(text) else moment(text, now=now)
    at = now.astimezone(UTC).replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
    return at if at > now else at + timedelta(days=1)
