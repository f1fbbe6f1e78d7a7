"""The stops as one process holds them: read whole from PostgreSQL, added to by pushes."""

import asyncio
import logging
from typing import Any
from uuid import UUID

import orjson
from django.db import close_old_connections, connection

from killswitch.guard import ActiveStop, Stops
from killswitch.inflight import Inflight

log = logging.getLogger(__name__)

NEVER_READ = UUID(int=0)
# One statement, so one moment: a revision read apart from its stops could let a late push bring back a lifted one.
_READ = """
SELECT r.number, r.generation, coalesce(
  (SELECT json_agg(json_build_array(s.id, s.target, s.reason, s.message))
   FROM killswitch_stop s WHERE s.state = 'active'),
  '[]'::json)::text
FROM tenants_revision r WHERE r.name = 'stops'
"""


def read() -> Stops:
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        number, generation, rows = cursor.fetchone()
    stops = [ActiveStop(UUID(stop_id), *rest) for stop_id, *rest in orjson.loads(rows)]
    return Stops(number, generation, {stop.target: stop for stop in stops})


class StopsSnapshot:
    """What the guard probes; new stops cut the calls under them."""

    def __init__(self, inflight: Inflight) -> None:
        self.current = Stops(-1, NEVER_READ)
        self._inflight = inflight

    @property
    def number(self) -> int:
        return self.current.number

    @property
    def generation(self) -> UUID:
        return self.current.generation

    async def reload(self) -> int:
        read = await asyncio.to_thread(_read_in_thread)
        if self.current.is_ahead_of(read):
            log.error("stops.went_back from=%s to=%s: what was stopped stays so", self.current.number, read.number)
        # Compared only now: a push may have come in while the thread was reading.
        return self._swap(self.current.replaced_by(read))

    def push(self, message: dict[str, Any]) -> int:
        """Take in a pushed stop, at once; a lift is pushed without one, and the comparison that follows reads it."""
        stop = message.get("stop")
        if stop is None or message["generation"] != str(self.generation):
            return 0
        active = ActiveStop(UUID(stop["id"]), stop["target"], stop["reason"], stop["message"])
        return self._swap(self.current.with_pushed(active, number=int(message["number"])))

    def _swap(self, stops: Stops) -> int:
        before, self.current = self.current, stops
        added = [stop for target, stop in stops.by_target.items() if target not in before.by_target]
        return sum(self._inflight.cut(stop) for stop in added)


def _read_in_thread() -> Stops:
    # A thread of the pool keeps its connection between reads; one that died with the server must not fail the next.
    close_old_connections()
    try:
        return read()
    finally:
        close_old_connections()
