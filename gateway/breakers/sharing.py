"""What one process found out about models, told to the others through Redis; without it each knows its own."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any, Final

import orjson
import redis.asyncio as redis

from gateway.breakers.machine import FORGET_SECONDS, Breaker, Stage
from gateway.breakers.memory import Breakers
from gateway.breakers.wire import CHANNEL, HASH, HEARD, LIVES, Told, Unreadable
from gateway.process.clock import MACHINE, Clock
from tenants.watched import Identity

log = logging.getLogger(__name__)

_BEAT_SECONDS: Final = 1.0
# Changes of one trouble come in a burst.
_GATHER_SECONDS: Final = 0.02
_HEARD_SECONDS: Final = 10
_AGAIN_SECONDS: Final = 1.0
_AWAY: Final = (redis.RedisError, OSError)


class Sharing:
    """Two loops beside the calls, that never die of an error: one tells and compares, one listens."""

    def __init__(
        self,
        breakers: Breakers,
        redis_url: str,
        identity: Identity,
        *,
        current: Callable[[], Collection[str]],
        clock: Clock = MACHINE,
    ) -> None:
        """`current`: the models that are declared, by `Model.breaker`."""
        self._breakers, self._identity, self._current, self._clock = breakers, identity, current, clock
        # Nothing of it is made before it starts: a connection belongs to its loop.
        self._redis_url = redis_url
        self._untold: dict[str, Breaker] = {}
        # What we said last, and nobody else since.
        self._own: set[str] = set()
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.works = True

    def start(self) -> None:
        self._breakers.on_change = self._note
        self._client = redis.Redis.from_url(self._redis_url, socket_connect_timeout=1, socket_timeout=2)
        self._tasks = [asyncio.create_task(self._tell_forever()), asyncio.create_task(self._hear_forever())]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._tasks:
            with suppress(*_AWAY):
                await self._client.aclose()

    def _note(self, key: str, breaker: Breaker) -> None:
        """Called by calls: it waits for nothing."""
        self._untold[key] = breaker
        self._wake.set()

    async def _tell_forever(self) -> None:
        """At once when it starts, as a new process begins with what is known."""
        while True:
            self._wake.clear()
            untold, self._untold = self._untold, {}
            try:
                self._take_all(await self._tell(untold))
                self._say(True)
            except Exception as fault:
                # What changed meanwhile is newer.
                self._untold = untold | self._untold
                self._say(False, fault)
                await asyncio.sleep(_AGAIN_SECONDS)
            self._breakers.forget()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _BEAT_SECONDS)
                await asyncio.sleep(_GATHER_SECONDS)

    async def _tell(self, untold: Mapping[str, Breaker]) -> Mapping[bytes, bytes]:
        """In one round; what Redis lost since is said again by it."""
        offset, now = self._offset(), self._clock.now()
        self._own |= untold.keys()
        pipeline = self._client.pipeline(transaction=False)
        for key, breaker in untold.items():
            told = Told.of(breaker, by=self._identity, offset=offset)
            pipeline.publish(CHANNEL, orjson.dumps({"key": key, "told": told}))
        for key in list(self._own):
            known = self._breakers.known.get(key)
            if known is None or known.stage is Stage.CLOSED or key not in self._current():
                self._own.discard(key)
                pipeline.hdel(HASH, key)
            else:
                pipeline.hset(HASH, key, Told.of(known, by=self._identity, offset=offset).as_json())
        pipeline.set(HEARD, self._identity.name, ex=_HEARD_SECONDS)
        pipeline.set(LIVES.format(id=self._identity.id), self._identity.name, ex=_HEARD_SECONDS)
        pipeline.hgetall(HASH)
        found: Mapping[bytes, bytes] = (await pipeline.execute())[-1]
        if old := [key for key, value in found.items() if _is_old(value, now)]:
            await self._client.hdel(HASH, *old)
        await self._clear_up(found, now)
        return found

    async def _clear_up(self, found: Mapping[bytes, bytes], now: float) -> None:
        """What a process said that is gone, and nobody takes back: of what we know as well, our word stands instead."""
        said = {key: told for key, value in found.items() if (told := _said(value)) and told.is_over(now)}
        if not said:
            return
        alive = await self._client.mget([LIVES.format(id=told.id) for told in said.values()])
        left = [key for key, is_alive in zip(said, alive, strict=True) if not is_alive]
        known = {key for key in left if self._is_known(key.decode("utf-8", "replace"))}
        self._own |= {key.decode("utf-8", "replace") for key in known}
        if gone := [key for key in left if key not in known]:
            await self._client.hdel(HASH, *gone)

    def _is_known(self, key: str) -> bool:
        breaker = self._breakers.known.get(key)
        return breaker is not None and breaker.stage is not Stage.CLOSED and key in self._current()

    def _take_all(self, found: Mapping[bytes, bytes]) -> None:
        for key, value in found.items():
            self._take(key.decode("utf-8", "replace"), value)

    def _take(self, key: str, value: bytes) -> None:
        with suppress(Unreadable):
            told = Told.read(value)
            if told.id == str(self._identity.id):
                return
            before = self._breakers.known.get(key)
            self._breakers.adopt(key, told.here(offset=self._offset(), now=self._clock.ticks()))
            if self._breakers.known.get(key) is not before:
                self._own.discard(key)

    async def _hear_forever(self) -> None:
        """Only to be quick: what is not heard is found by the next comparison."""
        while True:
            try:
                await self._hear()
            except _AWAY:
                # The other loop says so.
                pass
            except Exception:
                log.exception("breakers.hearing_failed")
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _hear(self) -> None:
        client = redis.Redis.from_url(self._redis_url, socket_connect_timeout=1, health_check_interval=5)
        async with client, client.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            async for message in pubsub.listen():
                if message["type"] == "message":
                    self._heard(message["data"])

    def _heard(self, data: bytes) -> None:
        try:
            message: Any = orjson.loads(data)
            self._take(str(message["key"]), orjson.dumps(message["told"]))
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as fault:
            log.warning("breakers.unreadable %s", fault)

    def _offset(self) -> float:
        return self._clock.now() - self._clock.ticks()

    def _say(self, works: bool, fault: Exception | None = None) -> None:
        if works != self.works:
            log.warning("breakers.%s %s", "shared" if works else "alone", fault or "")
        self.works = works


def _said(value: bytes) -> Told | None:
    try:
        return Told.read(value)
    except Unreadable:
        return None


def _is_old(value: bytes, now: float) -> bool:
    told = _said(value)
    return told is None or now - told.until > FORGET_SECONDS
