"""The client to the providers: one request on one model, and what came of it."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol
from uuid import UUID

import aiohttp
import orjson

from costs.endusers import user_key
from costs.reasons import HopReason
from gateway import provider_json
from gateway.call import Call
from gateway.config import Api, Member, Model, Provider
from gateway.dialects.anthropic.errors import known
from gateway.dialects.choosing import dialect_of
from gateway.dialects.dialect import Answer, Dialect, Unsupported
from gateway.dialects.transcript import STRANGE, Transcript
from gateway.errors import KeyRefused, ProviderRefused
from gateway.routing.failures import CannotDo, Failed, forget_frames, reason_of
from gateway.routing.retry_after import seconds_of
from gateway.sse import Framer, Malformed
from gateway.steps.tagging import OWN_KEYS
from gateway.surfaces import CHAT

_MOST_OF_AN_ERROR = 1 << 20
MOST_OF_AN_ANSWER = 64 << 20
# Of a stream that goes on and on and says nothing.
_MOST_BEFORE_A_WORD = 1 << 20
_MAY_WORK_ELSEWHERE = frozenset({402, 408, 429})
# Of its own time: one that had so much of it before the call's was over was too slow.
_AS_GOOD_AS_ALL = 0.9

type BeforeRepeat = Callable[[Model], Awaitable[None]]


@dataclass(slots=True)
class Whole:
    """An answer in the shape of the call's surface, as bytes and as an object."""

    model: Model
    data: bytes
    message: Mapping[str, Any]
    finish_reason: str = ""


@dataclass(slots=True)
class Stream:
    """An answer that has begun: the first words are in `begun`, the rest is still to come."""

    model: Model
    response: "Response"
    framer: Framer
    transcript: Transcript
    begun: bytes
    # How long it may be silent.
    patience_seconds: float


class Upstream(ABC):
    """How providers are asked; by which road is a subclass's."""

    @abstractmethod
    async def post(self, provider: Provider, path: str, payload: bytes, connection: "Connection") -> "Response":
        """Returns once the answer's head is there."""

    @abstractmethod
    async def close(self) -> None: ...

    async def ask(
        self, call: Call, member: Member, seconds: float, *, before_repeat: BeforeRepeat, anew: bool = False
    ) -> Whole | Stream:
        """Raises Failed or CannotDo when another model may do better, ProviderRefused when none would, and what
        `before_repeat` does; `anew`: over no connection that was kept."""
        if member.model.provider.lacks_key:
            raise Failed(HopReason.NO_KEY)
        connection, limit = Connection(has_to_be_fresh=anew), asyncio.timeout(seconds)
        try:
            async with limit:
                return await self._attempt(call, member, connection, before_repeat)
        except TimeoutError as fault:
            forget_frames(fault)
            if limit.expired() and seconds < member.timeout_seconds * _AS_GOOD_AS_ALL:
                raise Failed(HopReason.DEADLINE, was_sent=not connection.is_awaited) from None
            raise Failed(HopReason.CONNECT_TIMEOUT if connection.is_awaited else HopReason.TIMEOUT) from None
        except Malformed:
            raise Failed(HopReason.INVALID_JSON, status=200) from None
        except Unsupported as what:
            raise CannotDo(str(what)) from None
        except (aiohttp.ClientError, OSError) as fault:
            forget_frames(fault)
            raise Failed(reason_of(fault)) from None

    async def _attempt(
        self, call: Call, member: Member, connection: "Connection", before_repeat: BeforeRepeat
    ) -> Whole | Stream:
        model, provider = member.model, member.model.provider
        dialect = dialect_of(
            call.surface,
            provider,
            is_lowered=call.is_lowered,
            is_held=call.grounded is not None,
            hidden=partial(_hidden, call.key.tenant.id),
            repeated=call.repeated,
        )
        try:
            payload = orjson.dumps(body_for(call, model, dialect))
        except STRANGE:
            raise Unsupported("a field that holds another thing than its name says") from None
        try:
            response = await self.post(provider, dialect.path, payload, connection)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as fault:
            if connection.is_fresh:
                raise
            # A kept connection that was closed without a word: as a rule before the request was read.
            forget_frames(fault)
            await before_repeat(model)
            connection.has_to_be_fresh = True
            response = await self.post(provider, dialect.path, payload, connection)
        try:
            return await _read(call, member, dialect, response)
        except BaseException:
            response.close()
            raise


class Content(Protocol):
    async def readany(self) -> bytes:
        """What has come by now; nothing at the end."""


class Response(Protocol):
    """As much of an answer of HTTP's as is read here."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def content_type(self) -> str: ...

    @property
    def content(self) -> Content: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Connection:
    """Over which one request goes: of one that was made for it, the provider has seen whatever was sent."""

    is_fresh: bool = False
    has_to_be_fresh: bool = False
    # It is being made, and nobody has answered yet.
    is_awaited: bool = False


def body_for(call: Call, model: Model, dialect: Dialect) -> dict[str, Any]:
    """What the provider is sent: nothing of our tags."""
    asked = call.body
    if call.grounded is not None and not call.grounded.takes_schema(model.label):
        asked = {name: value for name, value in asked.items() if name != "response_format"}
    body = dialect.request(asked, model, is_relayed=call.is_relayed)
    metadata = body.get("metadata")
    if isinstance(metadata, dict) and not metadata.keys().isdisjoint(OWN_KEYS):
        theirs = {name: value for name, value in metadata.items() if name not in OWN_KEYS}
        body["metadata"] = theirs
        if not theirs:
            del body["metadata"]
    if model.provider.takes_cache_key and call.prompt_version:
        body.setdefault("prompt_cache_key", f"{call.feature.slug}:{call.prompt_version[:12]}")
    return body


def _hidden(tenant: UUID, user: str) -> str:
    return str(user_key(tenant, user))


def wants_usage(call: Call) -> bool:
    """Whether the caller gets a chunk with the usage; where that is no chunk of its own it always does."""
    if call.surface is not CHAT:
        return True
    options = call.body.get("stream_options")
    return isinstance(options, dict) and options.get("include_usage") is True


async def _read(call: Call, member: Member, dialect: Dialect, response: Response) -> Whole | Stream:
    if response.status != 200:
        raise await _fault_of(member.model, response)
    if call.is_relayed:
        return await _begin(call, member, dialect, response)
    return Whole(member.model, *_answer(await _all_of(response, MOST_OF_AN_ANSWER), dialect))


async def _all_of(response: Response, most: int) -> bytes:
    first = await response.content.readany()
    parts, size = [first], len(first)
    while parts[-1]:
        if size > most:
            raise Failed(HopReason.TOO_LARGE, status=response.status)
        parts.append(await response.content.readany())
        size += len(parts[-1])
    return first if len(parts) <= 2 else b"".join(parts)


async def _begin(call: Call, member: Member, dialect: Dialect, response: Response) -> Stream:
    """Up to the first word, so that a failure before it can still be made good by another model."""
    if response.content_type != "text/event-stream":
        raise Failed(HopReason.NO_STREAM, status=200)
    framer, transcript = Framer(), dialect.transcript(wants_usage=wants_usage(call))
    call.told, begun = transcript, b""
    while not transcript.has_begun:
        chunk = await response.content.readany()
        begun += transcript.read(framer.feed(chunk) if chunk else framer.flush())
        if transcript.error is not None:
            raise Failed(HopReason.ERROR_EVENT, status=200)
        if transcript.is_done and not transcript.finish_reason:
            # It ends, and nothing was said.
            raise Failed(HopReason.INVALID_ANSWER, status=200)
        if len(begun) > _MOST_BEFORE_A_WORD:
            raise Failed(HopReason.TOO_LARGE, status=200)
        if not chunk and not transcript.has_begun:
            raise Failed(HopReason.DROP, status=200)
    call.first_chunk_ms = call.elapsed_ms()
    return Stream(member.model, response, framer, transcript, begun, member.timeout_seconds)


def _answer(data: bytes, dialect: Dialect) -> Answer:
    try:
        message = provider_json.loads(data)
    except provider_json.NotJson:
        raise Failed(HopReason.INVALID_JSON, status=200) from None
    answer = dialect.answer(data, message) if isinstance(message, dict) else None
    if answer is None:
        raise Failed(HopReason.INVALID_ANSWER, status=200)
    return answer


async def _fault_of(model: Model, response: Response) -> Failed | ProviderRefused:
    status, provider = response.status, model.provider
    text = await _all_of(response, _MOST_OF_AN_ERROR)
    if status == HTTPStatus.UNAUTHORIZED:
        return KeyRefused(provider.slug, model.upstream, _told(text, provider))
    if 400 <= status < 500 and status not in _MAY_WORK_ELSEWHERE:
        return ProviderRefused(status, provider.slug, model.upstream, _told(text, provider))
    return Failed(str(status), status=status, retry_after=_retry_after(response))


def _told(text: bytes, provider: Provider) -> Mapping[str, Any]:
    """The provider's error as it puts it, but never with our key in it."""
    try:
        told = provider_json.loads(text.replace(provider.secret, b"...") if provider.secret else text)
    except provider_json.NotJson:
        return {}
    # Gemini puts it into a list.
    told = told[0] if isinstance(told, list) and told else told
    error = told.get("error", told) if isinstance(told, dict) else {}
    if provider.api is Api.ANTHROPIC:
        return known(error)
    return error if isinstance(error, dict) else {"message": str(error)}


def _retry_after(response: Response) -> float | None:
    told = response.headers.get("retry-after")
    return seconds_of(told, now=time.time()) if told else None
