"""A stop as it is pushed to processes, and as a broken glass keeps it. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from killswitch.guard import ActiveStop
from killswitch.scopes import CUTTING, LONGEST_DRAIN_SECONDS, STRICTNESS, InFlight, Mode

# As long as PostgreSQL keeps them.
_TEXTS: Final[Mapping[str, int]] = {"target": 160, "reason": 20, "message": 300}
_NUMBERS: Final[Mapping[str, int]] = {"drain_seconds": LONGEST_DRAIN_SECONDS, "admits": 99, "version": (1 << 31) - 1}


def to_wire(stop: ActiveStop) -> dict[str, Any]:
    return {**asdict(stop), "id": str(stop.id)}


def from_wire(stop: Mapping[str, Any]) -> ActiveStop:
    """What is missing, or a word of a newer release, is the strictest.

    Raises KeyError, TypeError or ValueError of what is no stop.
    """
    known = {name: stop[name] for name in ActiveStop.__dataclass_fields__ if name in stop}
    known["id"] = UUID(text(stop, "id", 36))
    known |= {name: text(stop, name, most) for name, most in _TEXTS.items()}
    if not known["target"]:
        raise ValueError("a stop says what it stops")
    if known.get("mode") not in STRICTNESS:
        known["mode"] = Mode.REFUSE
    if known.get("in_flight") not in CUTTING:
        known["in_flight"] = InFlight.CUT
    known |= {name: _number(stop, name, most) for name, most in _NUMBERS.items()}
    return ActiveStop(**known)


def text(told: Mapping[str, Any], name: str, most: int) -> str:
    """One that PostgreSQL takes."""
    found = told[name]
    if not isinstance(found, str) or len(found) > most or "\0" in found:
        raise ValueError(f"{name} is a text of at most {most} characters")
    return found


def _number(told: Mapping[str, Any], name: str, most: int) -> int:
    found = told.get(name, 0)
    if type(found) is not int or not 0 <= found <= most:
        raise ValueError(f"{name} is a number from 0 to {most}")
    return found
