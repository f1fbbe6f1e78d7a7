"""The guard: is this call stopped? Dict probes on an immutable snapshot, no I/O. Read by every gateway call. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

NOTHING: Mapping[str, "ActiveStop"] = {}


@dataclass(frozen=True, slots=True)
class ActiveStop:
    """What a caller and the guard need to know of a stop."""

    id: UUID
    target: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Stops:
    """All stops in force as of a revision. Swapped by one assignment, never changed."""

    number: int
    generation: UUID
    by_target: Mapping[str, ActiveStop] = field(default_factory=dict)

    def find(self, targets: Iterable[str]) -> ActiveStop | None:
        """The first stop that covers one of these targets."""
        by_target = self.by_target
        if not by_target:
            return None
        for target in targets:
            if target in by_target:
                return by_target[target]
        return None

    def with_pushed(self, stop: ActiveStop, *, number: int) -> "Stops":
        """A push may only add, and one that is not newer than this snapshot could bring back a lifted stop."""
        if number <= self.number or stop.target in self.by_target:
            return self
        return replace(self, by_target={**self.by_target, stop.target: stop})


def tenant_target(tenant: UUID) -> str:
    return f"tenant:{tenant}"


def tenant_feature_target(tenant: UUID, feature: UUID) -> str:
    return f"tenant:{tenant}/feature:{feature}"


def targets_of(tenant: UUID, feature: UUID) -> tuple[str, str]:
    """Everything that could stop a call of this tenant and feature, widest first."""
    return tenant_target(tenant), tenant_feature_target(tenant, feature)
