"""The guard: is this call stopped? Dict probes on an immutable snapshot, no I/O. Read by every gateway call. Pure."""

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Self
from uuid import UUID

from killswitch.scopes import CUTTING, EVERYTHING, STRICTNESS, InFlight, Mode

# Draws are below a hundred: whoever has none is let through by no share.
NO_DRAW = 100
# The mark of a snapshot that holds more, or less, than some revision: it is read again whatever the revision is.
NEVER_READ: Final = UUID(int=0)


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
    # Moves with each change of it: which of two accounts of one stop is the older.
    version: int = field(default=0, compare=False)

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
        version = max(self.version, other.version)
        return replace(
            other, mode=mode, in_flight=in_flight, drain_seconds=seconds, admits=admits, version=version
        )  # fmt: skip

    def as_told_by(self, read: "ActiveStop") -> "ActiveStop":
        """Once made, a stop is only ever tightened: where PostgreSQL says less, it has forgotten, or says it later.

        But a rule's stop may admit more again.
        """
        tight = self.tightened_by(read)
        return replace(tight, admits=read.admits) if read.version >= self.version else tight


@dataclass(frozen=True, slots=True)
class Read:
    """The stops in force as PostgreSQL holds them, read in one statement.

    `asked`: the ids that it was asked about; `settled`: those of them that it says were lifted or released.
    """

    number: int
    mark: UUID
    by_target: Mapping[str, ActiveStop] = field(default_factory=dict)
    asked: Collection[UUID] = frozenset()
    settled: Collection[UUID] = frozenset()

    def as_stops(self) -> "Stops":
        return Stops(self.number, self.mark).replaced_by(self)


@dataclass(frozen=True, slots=True)
class Stops:
    """All stops in force as this process knows them. Swapped by one assignment, never changed.

    A stop leaves only when PostgreSQL says that this very stop, by its id, was lifted or released. One that it does
    not know at all was made where it cannot see: before it was restored from an older backup, or by breaking the
    glass. Those are `held`. `known` are all by their ids, several of a target among them; `by_target` what the guard
    probes, of several the strictest.
    """

    number: int
    mark: UUID
    by_target: Mapping[str, ActiveStop] = field(default_factory=dict)
    known: Mapping[UUID, ActiveStop] = field(default_factory=dict)
    held: Mapping[UUID, ActiveStop] = field(default_factory=dict)

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

    def with_pushed(
        self, stop: ActiveStop, *, number: int, mark: UUID = NEVER_READ, after: UUID = NEVER_READ
    ) -> Self:  # fmt: skip
        """A push may only add, and one that is not newer than this snapshot could bring back a lifted stop.

        `mark` and `after`: of its revision, and of the one right before. If that is what was read here, nothing has
        to be read again.
        """
        if number <= self.number:
            return self
        told = self._with(stop)
        follows = NEVER_READ != after == self.mark
        # What is held may have been decided about by the same change.
        is_all = told.by_target[stop.target] == stop and not self.held
        return replace(told, number=number, mark=mark) if follows and is_all else told

    def with_broken_glass(self, stop: ActiveStop) -> Self:
        """Made past PostgreSQL: in force until that says otherwise."""
        if stop.id in self.known:
            return self
        return replace(self._with(stop), held={**self.held, stop.id: stop})

    def unread(self) -> Self:
        """Of a process that cannot know any more what is in force: nothing passes until it has read."""
        return replace(self, number=-1, mark=NEVER_READ, by_target={**self.by_target, EVERYTHING: UNREAD})

    def replaced_by(self, read: Read) -> "Stops":
        """A full read, which alone may lift."""
        found = {stop.id: stop for stop in read.by_target.values()}
        mine = {each: stop for each, stop in self.known.items() if each not in found and each not in read.settled}
        by_target = dict(read.by_target)
        for each, stop in found.items():
            had = self.known.get(each)
            if had is not None and (had != stop or had.version > stop.version):
                found[each] = by_target[stop.target] = had.as_told_by(stop)
        for stop in mine.values():
            beside = by_target.get(stop.target)
            by_target[stop.target] = stop.tightened_by(beside) if beside else stop
        held = {each: stop for each, stop in mine.items() if each in read.asked}
        # What came while it was read was not asked about.
        mark = read.mark if len(held) == len(mine) else NEVER_READ
        return Stops(read.number, mark, by_target, {**found, **mine}, held)

    def _with(self, stop: ActiveStop) -> Self:
        """The snapshot is now more than what was read at its mark."""
        had, beside = self.known.get(stop.id), self.by_target.get(stop.target)
        stop = had.tightened_by(stop) if had else stop
        by_target = {**self.by_target, stop.target: beside.tightened_by(stop) if beside else stop}
        held = {**self.held, stop.id: stop} if stop.id in self.held else self.held
        return replace(self, mark=NEVER_READ, by_target=by_target, known={**self.known, stop.id: stop}, held=held)


UNREAD: Final = ActiveStop(NEVER_READ, EVERYTHING, "unread", "This process has not read yet what is switched off.")
