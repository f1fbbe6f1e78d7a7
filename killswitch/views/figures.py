"""What a stop would end just now, as pages show it."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from killswitch.lookups import blast_if_quick
from killswitch.targets import Target


def blast_context(target: Target, at: datetime) -> dict[str, Any]:
    found = blast_if_quick(target, at=at)
    busy = [each for each in found["features"] or () if each["calls_per_minute"]]
    return {
        "blast": found,
        # What is the console's own is nobody's who loses AI.
        "busy_features": sorted(busy, key=lambda each: bool(each.get("is_own"))),
        "spend_an_hour": _an_hour(found, at),
    }


def _an_hour(found: Mapping[str, Any], at: datetime) -> Decimal | None:
    """Of what was spent since the beginning of the hour before this one."""
    if found["spend_usd"] is None or found["since"] is None:
        return None
    seconds = Decimal((at - datetime.fromisoformat(found["since"])).total_seconds())
    return Decimal(found["spend_usd"]) * 3600 / max(seconds, Decimal(1))
