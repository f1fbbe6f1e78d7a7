"""A stop as it is pushed to processes, and as a broken glass keeps it. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from killswitch.guard import ActiveStop


def to_wire(stop: ActiveStop) -> dict[str, Any]:
    return {**asdict(stop), "id": str(stop.id)}


def from_wire(stop: Mapping[str, Any]) -> ActiveStop:
    """Fields that are missing are the strictest; raises KeyError, TypeError or ValueError of what is no stop."""
    known = {name: stop[name] for name in ActiveStop.__dataclass_fields__ if name in stop}
    return ActiveStop(**{**known, "id": UUID(stop["id"])})
