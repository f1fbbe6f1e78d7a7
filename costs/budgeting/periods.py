"""When the period of a budget begins and ends, in UTC. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Final

# Of a budget without periods.
BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)


def start(period: str, at: datetime) -> datetime:
    """A week begins on Monday."""
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    match period:
        case "day":
            return midnight
        case "week":
            return midnight - midnight.weekday() * _DAY
        case "month":
            return midnight.replace(day=1)
        case "total":
            return BEGINNING
    raise ValueError(f"{period!r} is no period")


def end(period: str, at: datetime) -> datetime | None:
    """When it begins anew; None: never."""
    begun = start(period, at)
    match period:
        case "day":
            return begun + _DAY
        case "week":
            return begun + 7 * _DAY
        case "month":
            return (begun + 32 * _DAY).replace(day=1)
    return None
