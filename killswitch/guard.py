"""The guard: is this call stopped? Dict probes on an immutable snapshot, no I/O. Read by every gateway call. Pure."""

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from uuid import UUID

from killswitch.scopes import CUTTING, STRICTNESS, InFlight, Mode

# Draws are below a hundred: whoever has none is let through by no share.
NO_DRAW = 100


@dataclass(frozen=True)
class ActiveStop:
    """What a caller and the guard need to know of a stop."""

    id: UUID
    target: str
    reason: str
    message: str
    mode: str = Mode.REFUSE
    in_flight: str = InFlight.CUT
    drain_seconds: int = 0
    # Per cent of the calls that pass all the same: of a rule's stop that tries whether the trouble is over.
    admits: int = 0

    @cached_property
    def strictness(self) -> int:
        return STRICTNESS[self.mode]

    @cached_property
    def stops_answers(self) -> bool:
        return self.mode != Mode.READ_ONLY

    def tightened_by(self, other: "ActiveStop") -> "ActiveStop":
        """The other, unless this one is stricter: a push takes nothing back."""
        mode = max(self.mode, other.mode, key=STRICTNESS.__getitem__)
        in_flight = max(self.in_flight, other.in_flight, key=CUTTING.__getitem__)
        seconds = min(each.drain_seconds for each in (self, other) if each.in_flight == in_flight)
        admits = min(self.admits, other.admits)
        return replace(other, mode=mode, in_flight=in_flight, drain_seconds=seconds, admits=admits)


@dataclass(frozen=True, slots=True)
class Read:
    """The stops in force as PostgreSQL holds them, read in one statement.

    `asked`: ids beside them that it was asked about; `settled`: those of them that it says were lifted.
    """

    number: int
    mark: UUID
    by_target: Mapping[str, ActiveStop] = field(default_factory=dict)
    asked: Collection[UUID] = frozenset()
    settled: Collection[UUID] = frozenset()

    def as_stops(self) -> "Stops":
        return Stops(self.number, self.mark, self.by_target)


@dataclass(frozen=True, slots=True)
class Stops:
    """All stops in force as this process knows them. Swapped by one assignment, never changed.

    A stop leaves only when PostgreSQL says that this very stop was lifted. One that it does not know at all was made
    where it cannot see: before it was restored from an older backup, or by breaking the glass. Those are `held`.
    `pushed` are newer than the revision, by their own numbers.
    """

    number: int
    mark: UUID
    by_target: Mapping[str, ActiveStop] = field(default_factory=dict)
    pushed: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, ActiveStop] = field(default_factory=dict)

    def find(self, targets: Iterable[str], spared: Container[UUID] = (), draw: int = NO_DRAW) -> ActiveStop | None:
        """The strictest stop of answers that covers one of these targets; of equals the first.

        `spared`: stops of new calls only, of a call that was there before them.
        """
        by_target = self.by_target
        if not by_target:
            return None
        found = None
        for target in targets:
            stop = by_target.get(target)
            if (
                stop is not None
                and stop.stops_answers
                and draw >= stop.admits
                and (found is None or stop.strictness > found.strictness)
                and stop.id not in spared
            ):
                found = stop
        return found

    def with_pushed(self, stop: ActiveStop, *, number: int) -> "Stops":
        """A push may only add, and one that is not newer than this snapshot could bring back a lifted stop."""
        if number <= self.number:
            return self
        newest = max(number, self.pushed.get(stop.target, 0))
        return replace(self._with(stop), pushed={**self.pushed, stop.target: newest})

    def with_broken_glass(self, stop: ActiveStop) -> "Stops":
        """Made past PostgreSQL: in force until that knows of it."""
        if self._has(stop):
            return self
        return replace(self._with(stop), held={**self.held, stop.target: stop})

    def unknown_to(self, active: Mapping[str, ActiveStop]) -> list[UUID]:
        """Of which PostgreSQL has to say whether they were lifted."""
        return [stop.id for target, stop in self.by_target.items() if target not in active]

    def replaced_by(self, read: Read) -> "Stops":
        """A full read, which alone may lift."""
        mine = {target: stop for target, stop in self.by_target.items() if target not in read.by_target}
        later = {target: number for target, number in self.pushed.items() if number > read.number}
        held = {
            target: stop for target, stop in mine.items() if target not in later and stop.id not in read.settled
        }  # fmt: skip
        ahead = {
            target: read.by_target[target].tightened_by(self.by_target[target])
            for target in later
            if target in read.by_target
        }
        kept = {target: stop for target, stop in mine.items() if target in later or target in held}
        return Stops(read.number, read.mark, {**kept, **read.by_target, **ahead}, later, held)

    def _with(self, stop: ActiveStop) -> "Stops":
        known = self.by_target.get(stop.target)
        return replace(self, by_target={**self.by_target, stop.target: known.tightened_by(stop) if known else stop})

    def _has(self, stop: ActiveStop) -> bool:
        known = self.by_target.get(stop.target)
        return known is not None and known.id == stop.id
