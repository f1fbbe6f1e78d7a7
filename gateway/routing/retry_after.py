"""What a provider says of when it may be asked again: seconds, or a date. Pure."""

from datetime import UTC
from email.utils import parsedate_to_datetime


def seconds_of(told: str, *, now: float) -> float | None:
    """None when it says nothing that can be read; `now` in seconds since 1970. How long is too long is the reader's."""
    try:
        seconds = float(told)
    except ValueError:
        return _until(told, now)
    return seconds if 0 <= seconds < float("inf") else None


def _until(told: str, now: float) -> float | None:
    try:
        at = parsedate_to_datetime(told)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # A date without a zone is in GMT, as all of HTTP's are.
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, at.timestamp() - now)
