"""Answers that stand for the same question of the same tenant, where its feature lets them: exact, sealed, for a time.

Redis is never waited for long: without it every question is asked.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import orjson
import redis.asyncio as redis

from gateway.call import Call
from gateway.config import Model
from gateway.kept import sealing
from gateway.kept.connecting import connect
from gateway.steps.tagging import OWN_KEYS

log = logging.getLogger(__name__)

# Answers larger than this are given, but not kept.
LARGEST: Final = 256 << 10
# Of what is kept for one length of time. Valkey is Celery's broker, too: full, it would take no task and push no stop.
MOST_OF_A_TENANT: Final = 32 << 20
MOST: Final = 256 << 20
# KEYS: place, the tenant's counter, everybody's. ARGV: sealed answer, seconds, the tenant's most, everybody's.
# What is there already came this way a moment ago, and is weighed.
_KEEP: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return 1
end
local size = #ARGV[1]
local mine = tonumber(redis.call('GET', KEYS[2]) or '0') + size
local all = tonumber(redis.call('GET', KEYS[3]) or '0') + size
if mine > tonumber(ARGV[3]) or all > tonumber(ARGV[4]) then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
for counter = 2, 3 do
  redis.call('INCRBY', KEYS[counter], size)
  redis.call('EXPIRE', KEYS[counter], ARGV[2])
end
return 1
"""
# How much stands before each answer.
_FACTS: Final = 6
_SOCKET_SECONDS: Final = 0.25
# After a failure Redis is left alone for as long.
_REST_SECONDS: Final = 1.0
# Who asks changes nothing of an answer; how it is streamed is looked at apart.
_NOT_ASKED: Final = frozenset({"user", "safety_identifier", "metadata", "stream", "stream_options", "prompt_cache_key"})
# What follows from an earlier answer, or is worked on when nobody waits, is never the same question.
_OF_A_STATE: Final = ("previous_response_id", "conversation", "background")
_WHOLE: Final = frozenset({"stop", "tool_calls", "function_call", "completed"})


class Found(NamedTuple):
    """What was given the first time: of a stream its events, and apart from them the last."""

    model: Model
    finish_reason: str
    age_seconds: int
    data: bytes
    closing: bytes
    # Of a grounded answer, what its header said.
    grounding: str = ""


class ResponseCache:
    def __init__(self, redis_url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = connect(redis_url, connect_seconds=_SOCKET_SECONDS, seconds=_SOCKET_SECONDS)
        self._keep = self._client.register_script(_KEEP)
        self._clock, self._rests_until = clock, 0.0

    async def close(self) -> None:
        await self._client.aclose()

    async def find(self, call: Call) -> Found | None:
        place = call.cache_key
        try:
            sealed = None if self._rests() else await self._client.get(place)
        except (redis.RedisError, OSError) as fault:
            self._give_rest("caching.not_found", fault)
            return None
        if not isinstance(sealed, bytes):
            return None
        opened = sealing.open_sealed(sealed, tenant=call.key.tenant.id, place=place)
        return _found(call, opened) if opened else None

    async def keep(self, call: Call, model: Model, finish_reason: str, data: bytes, closing: bytes = b"") -> None:
        """Only what is whole, and says what was asked for."""
        is_whole = finish_reason in _WHOLE or not call.surface.is_in_words
        is_refusal = call.grounded is not None and call.grounded.word == "refused"
        if not (call.cache_key and is_whole) or is_refusal or len(data) > LARGEST or self._rests():
            return
        word = call.grounded.word if call.grounded is not None else ""
        facts = [model.slug, model.label, finish_reason, int(call.clock.now()), len(data), word]
        place = call.cache_key
        sealed = sealing.seal(orjson.dumps(facts) + b"\n" + data + closing, tenant=call.key.tenant.id, place=place)
        seconds = call.feature.cache.seconds
        stretch = f"{seconds}:{int(call.clock.now()) // seconds}"
        counters = [f"aiops:cached-bytes:{whose}:{stretch}" for whose in (call.key.tenant.id, "all")]
        try:
            await self._keep([place, *counters], [sealed, seconds, MOST_OF_A_TENANT, MOST])
        except (redis.RedisError, OSError) as fault:
            self._give_rest("caching.not_kept", fault)

    def _rests(self) -> bool:
        return self._clock() < self._rests_until

    def _give_rest(self, event: str, fault: Exception) -> None:
        self._rests_until = self._clock() + _REST_SECONDS
        log.warning("%s %s", event, fault)


def is_kept(call: Call) -> bool:
    """Whether an answer to this call may stand for a later one."""
    if call.feature.cache.seconds == 0 or b"no-store" in call.headers.get(b"cache-control", b"").lower():
        return False
    return not any(call.body.get(name) for name in _OF_A_STATE)


def may_be_recalled(call: Call) -> bool:
    """Not when the caller wants it afresh; what it gets is kept all the same."""
    return b"no-cache" not in call.headers.get(b"cache-control", b"").lower()


def _found(call: Call, opened: bytes) -> Found | None:
    """None when whoever answered would not be asked any more."""
    told, _, rest = opened.partition(b"\n")
    facts = orjson.loads(told)
    if len(facts) != _FACTS:
        # Kept by another build of the gateway.
        return None
    slug, label, finish_reason, at, size, word = facts
    for member in call.route.members:
        if (member.model.slug, member.model.label) == (slug, label):
            age = max(0, int(call.clock.now()) - at)
            return Found(member.model, finish_reason, age, rest[:size], rest[size:], word)
    return None


def key_of(call: Call) -> str:
    """Of everything on which the answer may depend."""
    policy = call.feature.grounding
    said: list[Any] = [
        call.key.environment,
        call.feature.id,
        call.feature.cache.generation,
        call.shape.name,
        call.surface.name,
        call.is_streamed,
        # Of another address that goes by the same name nothing is known.
        [[member.model.label, str(member.model.provider.base)] for member in call.route.members],
        call.prompt_version,
        # Nobody gets an answer with another's name in it.
        dict(call.repeated),
        call.grounded is not None and [policy.mode, policy.min_confidence, policy.unverified],
        _asked(call.body),
        call.is_streamed and _stream_options(call.body),
    ]
    digest = hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return f"aiops:cached:{call.key.tenant.id}:{digest}"


def _asked(body: Mapping[str, Any]) -> dict[str, Any]:
    asked = {name: value for name, value in body.items() if name not in _NOT_ASKED}
    metadata = body.get("metadata")
    if isinstance(metadata, dict):
        theirs = {name: value for name, value in metadata.items() if name not in OWN_KEYS}
        asked |= {"metadata": theirs} if theirs else {}
    return asked


def _stream_options(body: Mapping[str, Any]) -> dict[str, Any]:
    """The chunk with the usage is part of what is kept; not to want it is to say nothing."""
    options = body.get("stream_options")
    told = options if isinstance(options, dict) else {}
    return {name: value for name, value in told.items() if (name, value) != ("include_usage", False)}
