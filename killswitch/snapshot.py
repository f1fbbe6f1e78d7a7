"""The stops as one process holds them: read whole from PostgreSQL, added to by pushes."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, Final
from uuid import UUID
from weakref import WeakSet

import orjson
from django.db import close_old_connections, connection

from killswitch.guard import NEVER_READ, ActiveStop, Read, Stops
from killswitch.inflight import Inflight
from killswitch.scopes import InFlight
from killswitch.wire import from_wire, to_wire

log = logging.getLogger(__name__)

# As many as a process tells of in its beat; a few thousand each second would hold it up.
MOST_TOLD: Final = 200
# One statement, so one moment. A revision read apart from its stops could let a late push bring back a lifted one; and
# a stop may join another and be released, so that what was lifted, asked a moment later, leaves a gap between the two.
_READ = """
SELECT r.number, r.mark, coalesce(
  (SELECT json_agg(json_build_array(
     s.id, s.target, s.reason, s.message, s.mode, s.in_flight, s.drain_seconds, s.admits, s.version))
   FROM killswitch_stop s WHERE s.state = 'active'),
  '[]'::json)::text,
  ARRAY(
    SELECT known.id FROM unnest(%(known)s::uuid[]) AS known (id)
    WHERE EXISTS (SELECT FROM killswitch_stop s WHERE s.id = known.id AND s.state = 'lifted')
      OR EXISTS (SELECT FROM killswitch_release WHERE stop_id = known.id))
FROM tenants_revision r WHERE r.name = 'stops'
"""

type Reader = Callable[[Stops], Awaitable[Read]]


def read(known: Collection[UUID] = ()) -> Read:
    """What is in force, and which of the stops `known` were lifted or released."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"known": list(known)})
        number, mark, rows, settled = cursor.fetchone()
    active = {stop.target: stop for stop in map(_active, orjson.loads(rows))}
    return Read(number, mark, active, frozenset(known), frozenset(settled))


def _active(row: Sequence[Any]) -> ActiveStop:
    stop_id, *rest = row
    return ActiveStop(UUID(stop_id), *rest)


async def read_aside(known: Stops) -> Read:
    return await asyncio.to_thread(_read_in_thread, list(known.known))


def _read_in_thread(known: Collection[UUID]) -> Read:
    # A thread of the pool keeps its connection between reads; one that died with the server must not fail the next.
    close_old_connections()
    try:
        return read(known)
    finally:
        close_old_connections()


class StopsSnapshot:
    """What the guard probes; new stops cut the calls under them."""

    def __init__(self, inflight: Inflight, read: Reader = read_aside) -> None:
        self.current = Stops(-1, NEVER_READ)
        self._inflight, self._read = inflight, read
        _snapshots.add(self)

    @property
    def number(self) -> int:
        return self.current.number

    @property
    def mark(self) -> UUID:
        return self.current.mark

    async def reload(self) -> int:
        found = await self._read(self.current)
        # Merged only now: a push may have come in while it was read.
        before, stops = self.current, self.current.replaced_by(found)
        for each, stop in stops.held.items():
            if each not in before.held:
                log.error("stops.unknown_here id=%s target=%s: it stays in force", each, stop.target)
        return self._swap(stops)

    def push(self, message: dict[str, Any]) -> int:
        """Take in a pushed stop, at once; a lift is pushed without one, and the comparison that follows reads it.

        One without a number was made by breaking the glass.
        """
        told = message.get("stop")
        if told is None:
            return 0
        number = message.get("number")
        stop = from_wire(told)
        if number is None:
            return self.hold(stop)
        marks = {name: UUID(message[name]) for name in ("mark", "after") if name in message}
        return self._swap(self.current.with_pushed(stop, number=int(number), **marks))

    def hold(self, stop: ActiveStop) -> int:
        """In force here until PostgreSQL says otherwise; how many calls that cut."""
        return self._swap(self.current.with_broken_glass(stop))

    def held_on_wire(self, most: int | None = None) -> list[dict[str, Any]]:
        """What is in force here and PostgreSQL does not know of: all of it for the disk."""
        return [to_wire(stop) for stop in list(self.current.held.values())[:most]]

    def held_told(self) -> list[dict[str, Any]]:
        """For those who decide about it; once they have, the next are told."""
        return self.held_on_wire(MOST_TOLD)

    def part_from_the_parent(self) -> None:
        self.current = self.current.unread()

    def _swap(self, stops: Stops) -> int:
        before, self.current = self.current, stops
        changed = [stop for target, stop in stops.by_target.items() if before.by_target.get(target) != stop]
        return sum(self._apply(stop) for stop in changed)

    def _apply(self, stop: ActiveStop) -> int:
        if stop.in_flight == InFlight.DRAIN and stop.stops_answers:
            # Changed again it is counted again; what ends first ends it.
            asyncio.get_running_loop().call_later(stop.drain_seconds, self._end_drain, stop)
        return self._inflight.apply(stop)

    def _end_drain(self, stop: ActiveStop) -> None:
        now = self.current.by_target.get(stop.target)
        if now is not None and now.id == stop.id:
            self._inflight.end_drain(now)


_snapshots: WeakSet[StopsSnapshot] = WeakSet()


def _in_child() -> None:
    """A forked process has no loop that would keep what it holds current: it serves nothing until it has read."""
    for snapshot in list(_snapshots):
        snapshot.part_from_the_parent()


os.register_at_fork(after_in_child=_in_child)
