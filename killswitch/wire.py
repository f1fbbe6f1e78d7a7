"""A stop as it is pushed to processes, and as a broken glass keeps it. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from killswitch.guard import ActiveStop
from killswitch.scopes import CUTTING, STRICTNESS, InFlight, Mode


def to_wire(stop: ActiveStop) -> dict[str, Any]:
    return {**asdict(stop), "id": str(stop.id)}


def from_wire(stop: Mapping[str, Any]) -> ActiveStop:
    """What is missing, or a word of a newer release, is the strictest.

    Raises KeyError, TypeError or ValueError of what is no stop.
    """
    known = {name: stop[name] for name in ActiveStop.__dataclass_fields__ if name in stop}
    known["id"] = UUID(stop["id"])
    if not isinstance(stop["target"], str) or not stop["target"]:
        raise ValueError("a stop says what it stops")
    if known.get("mode") not in STRICTNESS:
        known["mode"] = Mode.REFUSE
    if known.get("in_flight") not in CUTTING:
        known["in_flight"] = InFlight.CUT
    for name in ("drain_seconds", "admits", "version"):
        known[name] = int(known.get(name, 0))
    return ActiveStop(**known)
