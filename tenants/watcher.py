"""How a process stays current: pushes make it fast, one comparison a second makes it certain."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg
import redis.asyncio as redis
from psycopg.types.json import Json

from tenants.hearing import Hearing
from tenants.watched import Health, Identity, Watched, is_behind

__all__ = ["ACKS", "CHANNEL", "Health", "Identity", "Watched", "Watcher", "is_behind"]

log = logging.getLogger(__name__)

CHANNEL: Final = "aiops:push"
# Where a process says at once that it has applied a pushed stop; PostgreSQL hears of it by the next beat.
ACKS: Final = "aiops:acks"
_BEAT = """
WITH beat AS (
  INSERT INTO tenants_process AS p
    (id, kind, name, host, pid, started_at, seen_at, stops_revision, config_revision, push_works, open_calls, faults,
    held_stops, open_streams)
  VALUES (%(id)s, %(kind)s, %(name)s, %(host)s, %(pid)s, %(started_at)s, clock_timestamp(), %(stops)s, %(config)s,
    %(push_works)s, %(open_calls)s, %(faults)s, %(held_stops)s, %(open_streams)s)
  ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp(), stops_revision = excluded.stops_revision,
    config_revision = excluded.config_revision, push_works = excluded.push_works, open_calls = excluded.open_calls,
    faults = excluded.faults, held_stops = excluded.held_stops, open_streams = excluded.open_streams
  RETURNING id),
acknowledged AS (
  INSERT INTO tenants_acknowledgement (process_id, stops_revision, applied_at, cut)
  SELECT id, %(stops)s, clock_timestamp() - %(applied)s * interval '1 second', %(cut)s FROM beat WHERE %(is_new)s
  ON CONFLICT DO NOTHING)
SELECT name, number, mark FROM tenants_revision, beat
"""
_MOST_FAULTS, _LONGEST_FAULT = 10, 300
# A start that waits says why, so often.
_SAY_WHY_SECONDS: Final = 5.0
_ACK_SECONDS: Final = 1.0
# Told at once so many at a time; what is more is told by the beat alone.
_MOST_ACKS: Final = 100
# The supervisor gives a name again only when its former bearer is dead.
_SUCCEED = "DELETE FROM tenants_process WHERE name = %(name)s AND host = %(host)s AND id <> %(id)s"


class Watcher:
    """Two loops that never die of an error: the comparison with PostgreSQL and the subscription to pushes."""

    def __init__(
        self,
        identity: Identity,
        *,
        stops: Watched,
        config: Watched,
        database_url: str,
        redis_url: str,
        period: float = 1.0,
    ) -> None:
        self.identity, self.health = identity, Health()
        # What the process says of itself, beside what is watched here.
        self.faults: Callable[[], Sequence[str]] = tuple
        # What is in force here and PostgreSQL does not know, as pushed; streams, by what could stop them.
        self.held_stops: Callable[[], Sequence[Mapping[str, Any]]] = list
        self.open_streams: Callable[[], Mapping[str, int]] = dict
        self._stops, self._config = stops, config
        self._database_url, self._redis_url, self._period = database_url, redis_url, period
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._comparing = asyncio.Lock()
        self._acknowledged, self._cut = -1, 0
        # The newest revision of which a push brought the stop, and when.
        self._taken = (-1, 0.0)
        self._hearing = Hearing()
        self._subscription: asyncio.Task[None] | None = None
        self._reloading: asyncio.Task[None] | None = None
        self._pushed = asyncio.Event()
        self._redis: redis.Redis | None = None
        self._acks: set[asyncio.Task[None]] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Returns once both snapshots were read whole; until PostgreSQL answers, it keeps trying."""
        told = float("-inf")
        while not await self._try_compare(whole=True):
            if asyncio.get_running_loop().time() - told >= _SAY_WHY_SECONDS:
                told = asyncio.get_running_loop().time()
                log.error("start.waits nothing is served before the stops were read: %s", self.health.database_fault)
            await asyncio.sleep(0.2)
        self._tasks = [asyncio.create_task(self._compare_forever()), asyncio.create_task(self._subscribe_forever())]

    async def stop(self) -> None:
        """Leave for good: a process that says goodbye is not one that lost contact."""
        for task in [*self._tasks, self._reloading, *self._acks]:
            if task is not None:
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        # The loop may have been cancelled in the middle of a query: its connection is of no more use.
        await self._drop_connection()
        with contextlib.suppress(psycopg.Error, OSError):
            connection = await self._connected()
            await connection.execute("DELETE FROM tenants_process WHERE id = %s", [self.identity.id])
        await self._drop_connection()

    async def compare(self, *, whole: bool = True) -> None:
        """Say what is applied, learn what is current, read what is behind, acknowledge.

        Unless `whole`, a configuration that is behind is read aside: long ones must not hold up the next comparison.
        """
        async with self._comparing:
            connection = await self._connected()
            current = await self._beat(connection)
            # Stops first, and their proof: a configuration that is long to read, or cannot be, holds up neither.
            if is_behind(self._stops, current["stops"]):
                self._cut += await self._stops.reload()
            if self.health.push_works:
                self._drop_deaf(current["stops"][0])
            if self._acknowledged < 0:
                await connection.execute(_SUCCEED, self._row())
            if self._acknowledged != self._stops.number:
                await self._beat(connection)
            if is_behind(self._config, current["config"]):
                if self._reloading is None or self._reloading.done():
                    self._reloading = asyncio.create_task(self._reload_config())
                if whole:
                    await self._reloading
            self.health.compared_at = asyncio.get_running_loop().time()

    async def _reload_config(self) -> None:
        """One that cannot be read leaves the last one in force; without any, the process cannot begin."""
        try:
            await self._config.reload()
        except Exception as fault:
            if self._config.number < 0:
                raise
            told, self.health.config_fault = self.health.config_fault, f"{type(fault).__name__}: {fault}"
            if told != self.health.config_fault:
                log.error("config.unreadable %s", self.health.config_fault)
        else:
            self.health.config_fault = ""

    def _drop_deaf(self, number: int) -> None:
        if self._hearing.is_deaf(number, now=asyncio.get_running_loop().time(), period=self._period):
            log.warning("push.deaf current=%s", number)
            if self._subscription is not None:
                self._subscription.cancel()

    async def _beat(self, connection: psycopg.AsyncConnection[Any]) -> dict[str, tuple[int, UUID]]:
        """Say what is applied, and acknowledge it when it is new; learn what is current."""
        # What a push cuts while this is under way is told next time.
        number, cut = self._stops.number, self._cut
        is_new = number >= 0 and number != self._acknowledged
        told = {"is_new": is_new, "cut": cut, "applied": self._since_applied(number)}
        cursor = await connection.execute(_BEAT, {**self._row(), **told})
        current = {name: (number, mark) for name, number, mark in await cursor.fetchall()}
        if is_new:
            self._acknowledged, self._cut = number, self._cut - cut
        return current

    def _since_applied(self, number: int) -> float:
        """Seconds: a push is in force before anybody can be told; what was read is so just now."""
        taken, at = self._taken
        return asyncio.get_running_loop().time() - at if taken == number else 0.0

    def _row(self) -> dict[str, Any]:
        identity, health = self.identity, self.health
        return {
            "id": identity.id, "kind": identity.kind, "name": identity.name, "host": identity.host, "pid": identity.pid,
            "started_at": identity.started_at, "stops": self._stops.number, "config": self._config.number,
            "push_works": health.push_works, "open_calls": health.open_calls,
            "faults": [fault[:_LONGEST_FAULT] for fault in self.faults()[:_MOST_FAULTS]],
            "held_stops": Json(list(self.held_stops())), "open_streams": Json(dict(self.open_streams())),
        }  # fmt: skip

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._database_url, autocommit=True, connect_timeout=3, options="-c statement_timeout=3s"
            )
        return self._connection

    async def _try_compare(self, *, whole: bool = False) -> bool:
        try:
            # A half-open connection must not hold up the comparison for longer than a few periods.
            await asyncio.wait_for(self.compare(whole=whole), timeout=30 if whole else 5)
        except Exception as fault:
            self.health.database_fault = f"{type(fault).__name__}: {fault}".strip()
            if self.health.database_works:
                log.warning("comparison.failed %s", self.health.database_fault)
            self.health.database_works = False
            await self._drop_connection()
            return False
        self.health.database_works, self.health.database_fault = True, ""
        return True

    async def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                await connection.close()

    async def _compare_forever(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._pushed.wait(), self._period * random.uniform(0.8, 1.0))  # noqa: S311 - jitter
            self._pushed.clear()
            await self._try_compare()

    async def _subscribe_forever(self) -> None:
        while True:
            self._subscription = asyncio.create_task(self._subscribe())
            try:
                await asyncio.wait({self._subscription})
            finally:
                self._subscription.cancel()
                told, self.health.push_works = self.health.push_works, False
            if told:
                log.warning("push.lost %s", _why_it_ended(self._subscription))
            await asyncio.sleep(random.uniform(0.2, 1.0))  # noqa: S311 - jitter

    async def _subscribe(self) -> None:
        client = redis.Redis.from_url(self._redis_url, socket_connect_timeout=2, health_check_interval=5)
        async with client, client.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            self._hearing.begin()
            self._redis, self.health.push_works = client, True
            # What was pushed while nobody listened is found by the comparison.
            self._pushed.set()
            async for message in pubsub.listen():
                if message["type"] == "message":
                    self._take(message["data"])

    def _take(self, data: bytes) -> None:
        try:
            message = orjson.loads(data)
            if message["revision"] == "stops":
                self._take_stop(message)
            else:
                self._cut += self._config.push(message)
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError) as fault:
            log.warning("push.unreadable %s", fault)
        self._pushed.set()

    def _take_stop(self, message: dict[str, Any]) -> None:
        """One without a number was made past PostgreSQL."""
        number = message.get("number")
        if number is not None:
            self._hearing.hear(int(number))
        before = self._stops.number
        cut = self._stops.push(message)
        self._cut += cut
        stop = message.get("stop")
        if stop is not None and number is not None and int(number) > before:
            self._taken = (int(number), asyncio.get_running_loop().time())
        if stop is not None and self._redis is not None and len(self._acks) < _MOST_ACKS:
            told = {"process": self.identity.name, "id": str(self.identity.id), "stop": stop["id"], "cut": cut}
            ack = asyncio.create_task(self._acknowledge_at_once(self._redis, {**told, "stops": number}))
            self._acks.add(ack)
            ack.add_done_callback(self._acks.discard)

    async def _acknowledge_at_once(self, client: redis.Redis, told: Mapping[str, Any]) -> None:
        # Nobody may be listening, and the beat says it again.
        with contextlib.suppress(redis.RedisError, OSError, TimeoutError):
            async with asyncio.timeout(_ACK_SECONDS):
                await client.publish(ACKS, orjson.dumps(told))


def _why_it_ended(task: asyncio.Task[None]) -> str:
    if task.cancelled():
        return "it was deaf"
    fault = task.exception()
    return f"{type(fault).__name__}: {fault}" if fault else "the server closed it"
