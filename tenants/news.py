"""Says that the configuration has changed, where no snapshot of it is kept: at a push, or within a second."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any, Final

import psycopg
import redis.asyncio as redis

from tenants.watcher import CHANNEL

log = logging.getLogger(__name__)

_PATIENCE_SECONDS: Final = 5.0
_REVISION: Final = "SELECT number, mark FROM tenants_revision WHERE name = 'config'"

type Connection = psycopg.AsyncConnection[Any]
type Tell = Callable[[Connection], Awaitable[None]]


class News:
    """Two loops that never die of an error. `tell` is given the one connection; when it fails it is told again."""

    def __init__(self, tell: Tell, *, database_url: str, redis_url: str, period: float = 1.0) -> None:
        self._tell, self._period = tell, period
        self._database_url, self._redis_url = database_url, redis_url
        self._pushed = asyncio.Event()
        self._seen: tuple[Any, ...] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._compare_forever()), asyncio.create_task(self._subscribe_forever())]

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _compare_forever(self) -> None:
        told = ""
        while True:
            try:
                await self._compare_while_connected()
            except Exception as fault:
                said = type(fault).__name__
                if said != told:
                    log.warning("news.unread %s: %s", said, fault)
                told = said
            await self._await_push()

    async def _compare_while_connected(self) -> None:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            connection = await psycopg.AsyncConnection.connect(self._database_url, autocommit=True, connect_timeout=3)
        async with connection:
            while True:
                # What is pushed from here on is read in the next round.
                self._pushed.clear()
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    await self._compare(connection)
                await self._await_push()

    async def _compare(self, connection: Connection) -> None:
        current = await (await connection.execute(_REVISION)).fetchone()
        if current != self._seen:
            await self._tell(connection)
            self._seen = current

    async def _await_push(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._period * random.uniform(0.8, 1.0)):  # noqa: S311 - jitter
                await self._pushed.wait()

    async def _subscribe_forever(self) -> None:
        while True:
            try:
                await self._subscribe()
            except (redis.RedisError, OSError, TimeoutError) as fault:
                log.debug("news.unheard %s: %s", type(fault).__name__, fault)
            await asyncio.sleep(random.uniform(0.2, 1.0))  # noqa: S311 - jitter

    async def _subscribe(self) -> None:
        client = redis.Redis.from_url(self._redis_url, socket_connect_timeout=2, health_check_interval=5)
        async with client, client.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            async for message in pubsub.listen():
                # Also the first, which says that it is subscribed: what was pushed before then nobody heard.
                if message["type"] in ("message", "subscribe"):
                    self._pushed.set()
