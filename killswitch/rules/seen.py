"""What a rule sees of one subject. Pure but for the names of tenants."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from killswitch.rules.machine import Observation
from killswitch.rules.words import Signal
from killswitch.scopes import Scope
from killswitch.targets import Target


@dataclass(frozen=True, slots=True)
class Seen:
    target: Target
    observation: Observation
    # Some of what was bad: ids of calls, or of writes.
    sample: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_evidence(self) -> dict[str, Any]:
        found = self.observation
        rate = None if found.rate is None else round(found.rate, 4)
        return {
            "calls": found.calls,
            "bad": float(found.bad),
            "rate": rate,
            "callers": found.callers,
            "sample": list(self.sample),
            **self.facts,
        }


@dataclass(frozen=True, slots=True)
class Window:
    """`fewest`: subjects with fewer calls are left out. `percent`: of the calls that could pass."""

    since: datetime
    until: datetime
    fewest: int
    percent: int = 100


# By the key that the guard probes.
type Found = Mapping[str, Seen]
type Read = Callable[[Signal, Scope, Window], Found]


class CouldNotLook(Exception):
    """Why, for people."""
