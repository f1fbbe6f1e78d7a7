"""The stops as one process holds them: read whole from PostgreSQL, added to by pushes."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.db import close_old_connections, connection

from killswitch.guard import ActiveStop, Read, Stops
from killswitch.inflight import Inflight
from killswitch.scopes import InFlight
from killswitch.wire import from_wire

log = logging.getLogger(__name__)

NEVER_READ = UUID(int=0)
# One statement, so one moment: a revision read apart from its stops could let a late push bring back a lifted one.
_READ = """
SELECT r.number, r.mark, coalesce(
  (SELECT json_agg(json_build_array(
     s.id, s.target, s.reason, s.message, s.mode, s.in_flight, s.drain_seconds, s.admits))
   FROM killswitch_stop s WHERE s.state = 'active'),
  '[]'::json)::text
FROM tenants_revision r WHERE r.name = 'stops'
"""
# Lifted is for good, so it may be asked later than the stops in force.
_SETTLED = """
SELECT id FROM killswitch_stop WHERE id = ANY(%(ids)s) AND state = 'lifted'
UNION SELECT stop_id FROM killswitch_release WHERE stop_id = ANY(%(ids)s)
"""


def read(held: Stops | None = None) -> Read:
    """What is in force, and which of the other stops that `held` knows were lifted."""
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        number, mark, rows = cursor.fetchone()
        active = {stop.target: stop for stop in map(_active, orjson.loads(rows))}
        asked = held.unknown_to(active) if held else []
        return Read(number, mark, active, asked, _settled(cursor, asked))


def _active(row: Sequence[Any]) -> ActiveStop:
    stop_id, *rest = row
    return ActiveStop(UUID(stop_id), *rest)


def _settled(cursor: Any, asked: Collection[UUID]) -> Collection[UUID]:
    if not asked:
        return frozenset()
    cursor.execute(_SETTLED, {"ids": list(asked)})
    return frozenset(found for (found,) in cursor.fetchall())


class StopsSnapshot:
    """What the guard probes; new stops cut the calls under them."""

    def __init__(self, inflight: Inflight) -> None:
        self.current = Stops(-1, NEVER_READ)
        self._inflight = inflight

    @property
    def number(self) -> int:
        return self.current.number

    @property
    def mark(self) -> UUID:
        return self.current.mark

    async def reload(self) -> int:
        before = self.current
        found = await asyncio.to_thread(_read_in_thread, before)
        # Merged only now: a push may have come in while the thread was reading.
        stops = self.current.replaced_by(found)
        for target, stop in stops.held.items():
            if target not in self.current.held:
                log.error("stops.unknown_here id=%s target=%s: it stays in force", stop.id, target)
        if any(stop.id not in found.asked for stop in stops.held.values()):
            # Of these it was not asked yet: read again at the next comparison, whatever the revision.
            stops = Stops(stops.number, NEVER_READ, stops.by_target, stops.pushed, stops.held)
        return self._swap(stops)

    def push(self, message: dict[str, Any]) -> int:
        """Take in a pushed stop, at once; a lift is pushed without one, and the comparison that follows reads it."""
        stop = message.get("stop")
        if stop is None:
            return 0
        return self._swap(self.current.with_pushed(from_wire(stop), number=int(message["number"])))

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


def _read_in_thread(held: Stops) -> Read:
    # A thread of the pool keeps its connection between reads; one that died with the server must not fail the next.
    close_old_connections()
    try:
        return read(held)
    finally:
        close_old_connections()
