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
    """All stops in force as of a revision. Swapped by one assignment, never changed.

    `pushed` are those that are newer than the revision, by their own numbers; `held` those that a database restored
    from an older backup no longer knows: nobody lifted them.
    """

    number: int
    generation: UUID
    by_target: Mapping[str, ActiveStop] = field(default_factory=dict)
    pushed: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, ActiveStop] = field(default_factory=dict)

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
        if number <= self.number:
            return self
        by_target = self.by_target if stop.target in self.by_target else {**self.by_target, stop.target: stop}
        newest = max(number, self.pushed.get(stop.target, 0))
        return replace(self, by_target=by_target, pushed={**self.pushed, stop.target: newest})

    def replaced_by(self, read: "Stops") -> "Stops":
        """A full read, which alone may lift: except what was pushed after it was read, or what a restore forgot."""
        if self.is_ahead_of(read):
            return replace(read, by_target={**self.by_target, **read.by_target}, held=_without(self.by_target, read))
        later = {target: number for target, number in self.pushed.items() if number > read.number}
        # Stopped again in the new history, it is that history's to lift.
        held = _without(self.held, read)
        kept = {**held, **{target: self.by_target[target] for target in later}}
        return replace(read, by_target={**kept, **read.by_target}, pushed=later, held=held)

    def is_ahead_of(self, read: "Stops") -> bool:
        """The database went back in time: its revision fell, or it is another one than before."""
        return self.number >= 0 and (read.generation != self.generation or read.number < self.number)


def _without(stops: Mapping[str, ActiveStop], known: Stops) -> Mapping[str, ActiveStop]:
    return {target: stop for target, stop in stops.items() if target not in known.by_target}


def tenant_target(tenant: UUID) -> str:
    return f"tenant:{tenant}"


def tenant_feature_target(tenant: UUID, feature: UUID) -> str:
    return f"tenant:{tenant}/feature:{feature}"


def targets_of(tenant: UUID, feature: UUID) -> tuple[str, str]:
    """Everything that could stop a call of this tenant and feature, widest first."""
    return tenant_target(tenant), tenant_feature_target(tenant, feature)
