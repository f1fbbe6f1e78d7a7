"""Processes that keep their stops by the product's own code, a database and a network that fail them; no I/O.

After every step each process is asked whether a stop left it that nobody had lifted (`undone`), and after every
comparison that succeeded whether it has all that is committed (`lost`).
"""

from collections.abc import Collection, Coroutine, Generator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any
from uuid import UUID

import orjson

from killswitch.guard import NEVER_READ, ActiveStop, Read, Stops
from killswitch.inflight import Inflight
from killswitch.scopes import STRICTNESS, Mode
from killswitch.snapshot import StopsSnapshot
from killswitch.wire import to_wire
from tenants.hearing import Hearing
from tenants.watcher import is_behind

TARGETS = ("*", "tenant:1", "tenant:2", "model:mini")
# More than any schedule takes: what does not come to its end by then never does.
_TURNS = 200
MODES = (Mode.REFUSE, Mode.HANDOFF, Mode.CANNED)


@dataclass(frozen=True)
class State:
    """What is committed."""

    number: int = 0
    mark: UUID = NEVER_READ
    active: dict[UUID, ActiveStop] = field(default_factory=dict)
    # Lifted or released.
    over: frozenset[UUID] = frozenset()


class Database:
    """The rules of `killswitch.services`: one active stop a target, a second one joins it, lifted is for good."""

    def __init__(self) -> None:
        # One after the other, so that a schedule run again is the same.
        self._ids = count(1)
        self.history = [State(mark=self.new_id())]
        self.is_up = True

    def new_id(self) -> UUID:
        return UUID(int=next(self._ids))

    @property
    def now(self) -> State:
        return self.history[-1]

    def commit(self, active: dict[UUID, ActiveStop], over: frozenset[UUID]) -> int:
        self.history.append(State(self.now.number + 1, self.new_id(), active, over))
        return self.now.number

    def stop(self, asked: ActiveStop) -> ActiveStop:
        there = next((stop for stop in self.now.active.values() if stop.target == asked.target), None)
        if there is None:
            made = replace(asked, version=1)
            self.commit({**self.now.active, made.id: made}, self.now.over)
            return made
        joined = replace(there.tightened_by(asked), id=there.id, version=there.version + 1)
        # Who asked by an id of its own, which processes may hold, has it released: the other is in force as strictly.
        self.commit({**self.now.active, there.id: joined}, self.now.over | {asked.id})
        return joined

    def lift(self, stop: UUID) -> int:
        left = {each: row for each, row in self.now.active.items() if each != stop}
        return self.commit(left, self.now.over | {stop})

    def knows(self, stop: UUID) -> bool:
        return stop in self.now.active or stop in self.now.over

    def read(self, known: list[UUID]) -> Read:
        now, asked = self.now, frozenset(known)
        by_target = {stop.target: stop for stop in now.active.values()}
        return Read(now.number, now.mark, by_target, asked, asked & now.over)


class _Pause:
    """Where other things happen before this goes on."""

    def __await__(self) -> Generator[None]:
        yield


class Process:
    def __init__(self, database: Database, kept: list[ActiveStop]) -> None:
        self._database = database
        self.hearing, self.snapshot = Hearing(), StopsSnapshot(Inflight(), self._read)
        self.inbox: list[bytes] = []
        self.taken: set[UUID] = set()
        self.reading: Coroutine[Any, Any, int] | None = None
        # What PostgreSQL said was over when this process read it last.
        self.over: frozenset[UUID] = frozenset()
        # In force here until somebody lifts it, with the strictest mode that it ever had here.
        self.owed: dict[UUID, int] = {}
        for stop in kept:
            self.snapshot.hold(stop)

    async def _read(self, stops: Stops) -> Read:
        known = list(stops.known)
        await _Pause()
        if not self._database.is_up:
            raise ConnectionError
        self.over = self._database.now.over
        found = self._database.read(known)
        await _Pause()
        return found

    @property
    def is_ready(self) -> bool:
        return self.snapshot.number >= 0

    def go_on(self) -> bool:
        """The comparison goes on to its next pause; whether it has come to its end."""
        if self.reading is None:
            now = self._database.now
            if not self._database.is_up or not is_behind(self.snapshot, (now.number, now.mark)):
                return self._database.is_up
            self.reading = self.snapshot.reload()
        try:
            self.reading.send(None)
        except StopIteration:
            self.reading = None
            return True
        except ConnectionError:
            self.reading = None
        return False

    def give_up(self) -> None:
        if self.reading is not None:
            self.reading.close()
            self.reading = None


class World:
    def __init__(self, processes: int) -> None:
        self.database = Database()
        self.processes = [Process(self.database, []) for _ in range(processes)]
        self.folder: dict[UUID, ActiveStop] = {}
        self.undone = self.lost = self.steps = 0
        self.clock = 0.0
        for process in self.processes:
            self.compare(process)

    # What people do.

    def stop(self, target: str, mode: Mode, *, heard_by: Collection[int] = ()) -> None:
        """`heard_by`: the processes whose push arrives at once."""
        if self.database.is_up:
            asked = ActiveStop(self.database.new_id(), target, "looking", "", mode)
            self._push(self.database.stop(asked), self.database.now.number)
            for place in heard_by:
                self._hear(self.processes[place], self.processes[place].inbox.pop())

    def lift(self, place: int) -> None:
        """Also what a clock ends: the database's own."""
        active = list(self.database.now.active)
        if self.database.is_up and active:
            self._push(None, self.database.lift(active[place % len(active)]))

    def break_glass(self, target: str, mode: Mode, *, pushed: bool) -> None:
        stop = ActiveStop(self.database.new_id(), target, "looking", "", mode)
        self.folder[stop.id] = stop
        if pushed:
            self._push(stop, None)

    def reconcile(self) -> None:
        for stop in [*self.folder.values()] if self.database.is_up else ():
            if not self.database.knows(stop.id):
                self._push(self.database.stop(stop), self.database.now.number)
            del self.folder[stop.id]

    def decide(self, place: int, *, adopts: bool) -> None:
        """About what processes hold and the database does not know."""
        held = {each: stop for process in self.processes for each, stop in process.snapshot.current.held.items()}
        unknown = [stop for each, stop in held.items() if not self.database.knows(each)]
        if not self.database.is_up or not unknown:
            return
        stop = unknown[place % len(unknown)]
        if adopts:
            self._push(self.database.stop(stop), self.database.now.number)
        else:
            self._push(None, self.database.commit(self.database.now.active, self.database.now.over | {stop.id}))

    # What befalls them.

    def fail_over(self, back: int) -> None:
        """A backup is put back, or a standby takes over without the last commits."""
        kept = max(1, len(self.database.history) - back)
        del self.database.history[kept:]

    def flush(self) -> None:
        """Redis forgets, and drops whoever listens."""
        for process in self.processes:
            process.inbox.clear()
            process.hearing.begin()

    def deliver(self, process: Process, place: int, *, again: bool) -> None:
        if process.inbox:
            place %= len(process.inbox)
            self._hear(process, process.inbox[place] if again else process.inbox.pop(place))

    def drop(self, process: Process, place: int) -> None:
        if process.inbox:
            process.inbox.pop(place % len(process.inbox))

    def look(self, process: Process) -> None:
        for each in self.folder.keys() - process.taken:
            process.taken.add(each)
            process.snapshot.hold(self.folder[each])

    def restart(self, place: int) -> None:
        """What it held is on its disk, and what lies in the folder is taken up before anything is read."""
        old = self.processes[place]
        old.give_up()
        fresh = Process(self.database, list(old.snapshot.current.held.values()))
        fresh.owed = {each: old.owed[each] for each in old.snapshot.current.held}
        self.processes[place] = fresh
        self.look(fresh)

    def fork(self, process: Process) -> None:
        process.give_up()
        process.inbox.clear()
        process.snapshot.part_from_the_parent()

    def step_compare(self, process: Process) -> None:
        now = self.database.now
        if process.go_on() and not is_behind(process.snapshot, (now.number, now.mark)):
            self._check_has_all(process)

    def compare(self, process: Process) -> None:
        """From its beginning to its end, with nothing in between."""
        process.give_up()
        if not self.database.is_up:
            return
        for _ in range(_TURNS):
            if process.go_on():
                break
        self.clock += 1
        process.hearing.is_deaf(self.database.now.number, now=self.clock, period=1)
        self._check_has_all(process)

    def settle(self) -> None:
        """The faults end: what is due arrives, everything is compared, and people decide about all that is held."""
        self.database.is_up = True
        for process in self.processes:
            self.look(process)
        self.reconcile()
        for process in self.processes:
            self._arrive(process)
            self.compare(process)
        for turn in range(_TURNS):
            if not any(process.snapshot.current.held for process in self.processes):
                return
            self.decide(0, adopts=turn % 2 == 0)
            for process in self.processes:
                self._arrive(process)
                self.compare(process)
            self.check()

    def is_settled(self) -> bool:
        now = self.database.now
        return all(
            process.is_ready and set(process.snapshot.current.known) == set(now.active) for process in self.processes
        )

    # What must hold.

    def check(self) -> None:
        self.steps += 1
        for process in self.processes:
            current, over = process.snapshot.current, process.over
            left = process.owed.keys() - current.known.keys() - over
            process.owed = {each: was for each, was in process.owed.items() if each in current.known or each in left}
            for each, stop in current.known.items():
                process.owed[each] = max(process.owed.get(each, STRICTNESS[stop.mode]), STRICTNESS[stop.mode])
            loosened = [
                each for each, was in process.owed.items() if each in current.known and not _holds(current, each, was)
            ]
            self.undone += len(left) + len(loosened)
            for each in left:
                del process.owed[each]

    def _check_has_all(self, process: Process) -> None:
        known = process.snapshot.current.known
        self.lost += sum(each not in known for each in self.database.now.active)

    def _push(self, stop: ActiveStop | None, number: int | None) -> None:
        message: dict[str, Any] = {"revision": "stops", "number": number, "stop": stop and to_wire(stop)}
        if number is not None:
            before, now = self.database.history[-2:]
            message |= {"mark": str(now.mark), "after": str(before.mark)}
        for process in self.processes:
            process.inbox.append(orjson.dumps({name: value for name, value in message.items() if value is not None}))

    def _hear(self, process: Process, data: bytes) -> None:
        message = orjson.loads(data)
        if "number" in message:
            process.hearing.hear(message["number"])
        process.snapshot.push(message)

    def _arrive(self, process: Process) -> None:
        while process.inbox:
            self._hear(process, process.inbox.pop(0))


def _holds(current: Stops, stop: UUID, was: int) -> bool:
    probed = current.by_target.get(current.known[stop].target)
    return probed is not None and probed.strictness >= was
