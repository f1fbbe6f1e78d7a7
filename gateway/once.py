"""A call with an idempotency key is made once: whoever sends it again gets the first answer, and pays nothing."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final, NamedTuple

import orjson
import redis.asyncio as redis

from gateway.asgi import Headers
from gateway.call import Call
from gateway.errors import CannotRemember, InProgress, OtherCall

log = logging.getLogger(__name__)

HEADER: Final = b"x-aiops-idempotency-key"
_KEPT_SECONDS: Final = 24 * 3600
# A process that is gone lets go of the key after that long; a living one takes hold of it again before.
_HELD_SECONDS: Final = 10
_HOLD_AGAIN_SECONDS: Final = 3.0
# Answers larger than this are given, but not kept.
_LARGEST: Final = 4 << 20


class Kept(NamedTuple):
    """The first answer, as it went out."""

    headers: Headers
    data: bytes


class Place:
    """Where the answer of the call under way is going to be kept."""

    __slots__ = ("_body", "_client", "_key", "is_kept", "kept")

    def __init__(self, client: redis.Redis, key: str, body: str) -> None:
        self._client, self._key, self._body = client, key, body
        self.kept: Kept | None = None
        self.is_kept = False

    async def keep(self, headers: Headers, data: bytes) -> None:
        """Before it goes out. A Redis that is gone by now costs the promise, not the answer."""
        if len(data) > _LARGEST:
            return
        told = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers]
        value = orjson.dumps({"body": self._body, "headers": told, "data": data.decode("utf-8", "replace")})
        try:
            await self._client.set(self._key, value, ex=_KEPT_SECONDS)
            self.is_kept = True
        except (redis.RedisError, OSError) as fault:
            log.warning("once.not_kept %s", fault)

    async def claim(self) -> None:
        """Take the key, or find what is kept under it."""
        held = orjson.dumps({"body": self._body})
        if await self._client.set(self._key, held, nx=True, ex=_HELD_SECONDS):
            return
        stored = await self._client.get(self._key)
        if stored is None:
            # Let go of just now.
            raise InProgress
        found = orjson.loads(stored)
        if found["body"] != self._body:
            raise OtherCall
        if "data" not in found:
            raise InProgress
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in found["headers"]]
        self.kept, self.is_kept = Kept(headers, found["data"].encode()), True

    async def hold(self) -> None:
        while True:
            await asyncio.sleep(_HOLD_AGAIN_SECONDS)
            with suppress(redis.RedisError, OSError):
                await self._client.expire(self._key, _HELD_SECONDS)

    async def let_go(self) -> None:
        """It failed: sent again it is made again."""
        with suppress(redis.RedisError, OSError):
            await self._client.delete(self._key)


class Answers:
    def __init__(self, redis_url: str) -> None:
        self._client = redis.Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=2)

    async def close(self) -> None:
        await self._client.aclose()

    @asynccontextmanager
    async def once(self, call: Call, key: bytes) -> AsyncIterator[Place]:
        """The place for this call's answer; with `kept`, it was given before. Raises InProgress and OtherCall."""
        place = Place(self._client, _key_of(call, key), _digest(call.fingerprint))
        try:
            await place.claim()
        except (redis.RedisError, OSError):
            raise CannotRemember from None
        if place.is_kept:
            yield place
            return
        holding = asyncio.create_task(place.hold())
        try:
            yield place
        finally:
            holding.cancel()
            if not place.is_kept:
                await asyncio.shield(place.let_go())


def _key_of(call: Call, key: bytes) -> str:
    return f"aiops:once:{{{call.key.tenant.id}}}:{_digest(key)}"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
