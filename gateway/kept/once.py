"""A call with an idempotency key is made once: whoever sends it again gets the first answer, and pays nothing."""

import asyncio
import hashlib
import logging
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, NamedTuple

import orjson
import redis.asyncio as redis

from gateway.asgi import Headers
from gateway.call import Call
from gateway.errors import AnswerNotKept, CannotRemember, InProgress, OtherCall
from gateway.kept import once_scripts, sealing
from gateway.kept.connecting import connect

log = logging.getLogger(__name__)

HEADER: Final = b"x-aiops-idempotency-key"
LONGEST_KEY: Final = 255
# A worker's task that was lost with its worker is given to another within a quarter of an hour.
KEPT_SECONDS: Final = 2 * 3600
# A process that is gone lets go of the key after that long; a living one takes hold of it again before.
_HELD_SECONDS: Final = 10
_HOLD_AGAIN_SECONDS: Final = 3.0
# Answers larger than this are given, but not kept.
LARGEST: Final = 256 << 10
# Of what is kept in KEPT_SECONDS. Valkey is Celery's broker, too: full, it would take no task and push no stop.
MOST_OF_A_TENANT: Final = 64 << 20
MOST: Final = 512 << 20
# What a key costs without an answer, and when a tenant has used so many that no further one is taken.
_WEIGHT_OF_A_KEY: Final = 256
_MOST_WITH_KEYS: Final = 256 << 20


class Kept(NamedTuple):
    """The first answer, as it went out."""

    headers: Headers
    data: bytes


class Answers:
    def __init__(self, redis_url: str) -> None:
        self._client = connect(redis_url, connect_seconds=1, seconds=2)
        self.claim = self._client.register_script(once_scripts.CLAIM)
        self.hold = self._client.register_script(once_scripts.HOLD)
        self.let_go = self._client.register_script(once_scripts.LET_GO)
        self.keep = self._client.register_script(once_scripts.KEEP)

    async def close(self) -> None:
        await self._client.aclose()

    @asynccontextmanager
    async def once(self, call: Call, key: bytes) -> AsyncIterator["Place"]:
        """The place for this call's answer; with `kept`, it was given before.

        Raises InProgress, OtherCall, AnswerNotKept and CannotRemember.
        """
        place = Place(self, call, key)
        try:
            await place.claim()
        except (redis.RedisError, OSError):
            raise CannotRemember from None
        if place.kept is not None:
            yield place
            return
        holding = asyncio.create_task(place.hold())
        try:
            yield place
        finally:
            holding.cancel()
            if not place.is_remembered:
                await asyncio.shield(place.let_go())


class Place:
    """Where the answer of the call under way is going to be kept. Its token tells who asks from who came after."""

    __slots__ = ("_answers", "_call", "_counters", "_entry", "_print", "_tenant", "_token", "is_remembered", "kept")

    def __init__(self, answers: Answers, call: Call, key: bytes) -> None:
        self._answers, self._call, self._tenant = answers, str(call.id), call.key.tenant.id
        self._entry = f"aiops:answer:{self._tenant}:{call.key.environment}:{hashlib.sha256(key).hexdigest()}"
        stretch = int(time.time()) // KEPT_SECONDS
        self._counters = [f"aiops:answers:{self._tenant}:{stretch}", f"aiops:answers:all:{stretch}"]
        self._print, self._token = _print_of(call), secrets.token_hex(16)
        self.kept: Kept | None = None
        self.is_remembered = False

    async def claim(self) -> None:
        """Take the key, or find what is kept under it."""
        limits = [_HELD_SECONDS, _WEIGHT_OF_A_KEY, _MOST_WITH_KEYS, KEPT_SECONDS]
        said = await self._answers.claim([self._entry, self._counters[0]], [self._print, self._token, *limits])
        if said[0] == b"full":
            raise CannotRemember
        if said[0] == b"found":
            self.kept = self._found(*said[1])

    async def keep(self, headers: Headers, data: bytes) -> None:
        """Before it goes out. A Redis that is gone by now costs the promise, not the answer."""
        sealed = self._sealed(headers, data) if len(data) <= LARGEST else b""
        limits = [KEPT_SECONDS, MOST_OF_A_TENANT, MOST, KEPT_SECONDS]
        keys, who = [self._entry, *self._counters], (self._print, self._token, self._call)
        try:
            self.is_remembered = bool(await self._answers.keep(keys, [*who, sealed, *limits]))
        except (redis.RedisError, OSError) as fault:
            log.warning("once.not_kept %s", fault)

    async def hold(self) -> None:
        while True:
            await asyncio.sleep(_HOLD_AGAIN_SECONDS)
            with suppress(redis.RedisError, OSError):
                await self._answers.hold([self._entry], [self._print, self._token, _HELD_SECONDS])

    async def let_go(self) -> None:
        """It failed: sent again it is made again."""
        with suppress(redis.RedisError, OSError):
            await self._answers.let_go([self._entry], [self._token])

    def _found(self, print_: bytes, call: bytes | None, sealed: bytes | None) -> Kept:
        if print_.decode() != self._print:
            raise OtherCall
        if call is None:
            raise InProgress
        data = sealing.open_sealed(sealed, tenant=self._tenant, place=self._place()) if sealed else None
        if data is None:
            raise AnswerNotKept(call.decode())
        told, _, body = data.partition(b"\n")
        return Kept([(name.encode("latin-1"), value.encode("latin-1")) for name, value in orjson.loads(told)], body)

    def _sealed(self, headers: Headers, data: bytes) -> bytes:
        told = orjson.dumps([[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers])
        return sealing.seal(told + b"\n" + data, tenant=self._tenant, place=self._place())

    def _place(self) -> str:
        return f"{self._entry}|{self._print}"


def _print_of(call: Call) -> str:
    """Of everything that says which call it is: who asks, for whom, by which prompt, and what."""
    said: list[Any] = [call.key.environment, str(call.feature.id), call.user, call.prompt_reference, call.surface.name]
    return hashlib.sha256(orjson.dumps(said) + call.body_digest).hexdigest()
