"""Spans of time as people write them in commands and addresses: 15m, 4h, 2d. Pure."""

import re
from datetime import UTC, datetime, timedelta

_SPAN = re.compile(r"^(\d{1,8})([smhdw])$")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

# What lies outside is a slip of the pen, and sums of times near the calendar's ends overflow.
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

SPANS = "a span such as 15m, 4h or 2d"
MOMENTS = f"{SPANS}, or an ISO time such as 2026-03-01T09:00"


def span(text: str) -> timedelta | None:
    """None when it is not a span of at least one unit."""
    found = _SPAN.match(text.strip().lower())
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
