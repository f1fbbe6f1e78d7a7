"""What callers are given: answers that are whole, kept, canned or refused unasked, each in the shape that they read."""

import orjson

from costs.reasons import HopReason
from costs.records import Finished, Outcome
from gateway import sse
from gateway.asgi import Headers
from gateway.call import Call
from gateway.caller import JSON, Caller
from gateway.dialects.chat_stream import ChatTranscript
from gateway.grounding import steps as grounding
from gateway.grounding.grounded import Grounded
from gateway.grounding.shaping import as_stream
from gateway.grounding.verdict import Reason
from gateway.kept.caching import Found
from gateway.kept.once import Place
from gateway.process.runtime import Runtime
from gateway.routing.upstream import Whole
from gateway.steps import canned
from gateway.steps.guarding import guard_anew
from gateway.steps.recording import Ending, recalled, told, usage_of
from gateway.steps.relay import STREAM
from gateway.surfaces import CHAT
from killswitch.guard import ActiveStop


async def give(runtime: Runtime, call: Call, caller: Caller, reply: Whole, place: Place | None) -> None:
    """An answer that is whole; kept while a stop can still cut it, and settled before it goes out."""
    call.used = usage, is_estimated = call.used or usage_of(call, reply)
    closing = b""
    if call.is_streamed and call.grounded is not None:
        data, closing = _as_events(call, _chunks_of(reply.data, call.grounded))
    else:
        data = reply.data if call.grounded is None else _as_asked(call, reply.data)
    if call.cache_key:
        await runtime.cache.keep(call, reply.model, reply.finish_reason, data, closing)
    await guard_anew(call, runtime.stops, runtime.pulse)
    # One that has a place is there for whoever sends the call again.
    outcome = Outcome.CANCELLED if place is None and caller.is_gone() else Outcome.OK
    ending = Ending(outcome, reply.model, usage, is_estimated, finish_reason=reply.finish_reason)
    headers = told(call, reply.model, runtime.settle(call, ending))
    if closing:
        return await _stream_held(caller, headers, data, closing)
    if place is not None:
        await place.keep([JSON, *headers], data)
    await caller.answer(200, [JSON, *headers], data)


async def give_recalled(runtime: Runtime, call: Call, caller: Caller, found: Found, place: Place | None) -> None:
    """On record as a call that asked nobody and cost nothing."""
    call.is_recalled, call.opened = True, recalled(call, found.model)
    call.add_hop(found.model, reason=HopReason.CACHED)
    # Its sources were looked through, and paid for, with the first answer.
    call.grounded = None
    finished = runtime.settle(call, Ending(Outcome.OK, finish_reason=found.finish_reason))
    headers = [*told(call, found.model, finished), (b"age", b"%d" % found.age_seconds)]
    if found.grounding:
        headers.append((b"x-aiops-grounding", found.grounding.encode()))
    if call.is_streamed:
        return await _stream_held(caller, headers, found.data, found.closing)
    if place is not None:
        await place.keep([JSON, *headers], found.data)
    await caller.answer(200, [JSON, *headers], found.data)


async def give_canned(call: Call, caller: Caller, stop: ActiveStop, finished: Finished) -> None:
    """Never kept under an idempotency key: sent again after the stop, the call is made."""
    headers = [*told(call, None, finished), *canned.told(stop)]
    if call.is_streamed:
        await _stream_held(caller, headers, *_as_events(call, canned.events(call, stop)))
    else:
        await caller.answer(200, [JSON, *headers], _as_asked(call, canned.whole(call, stop)))


async def refuse_unasked(runtime: Runtime, call: Call, caller: Caller, grounded: Grounded) -> None:
    """Nothing was found to answer from, and nothing else counts."""
    data = grounding.refuse_unasked(call, grounded, call.route.name)
    finished = runtime.settle(call, Ending(Outcome.REFUSED, error_code=Reason.NO_SOURCES))
    headers = told(call, None, finished)
    if call.is_streamed:
        await _stream_held(caller, headers, *_as_events(call, _chunks_of(data, grounded)))
    else:
        await caller.answer(200, [JSON, *headers], _as_asked(call, data))


async def _stream_held(caller: Caller, headers: Headers, events: bytes, closing: bytes) -> None:
    """A stream that was held until it was checked; what it cost comes before its end, as in any."""
    await caller.answer(200, [*STREAM, *headers], events + sse.comment(headers) + closing)


def _chunks_of(completion: bytes, grounded: Grounded) -> bytes:
    return as_stream(completion, wants_usage=grounded.wants_usage)


def _as_asked(call: Call, completion: bytes) -> bytes:
    """What was made here, in the shape that the caller reads."""
    if call.surface is CHAT:
        return completion
    return orjson.dumps(call.surface.raised(orjson.loads(completion), call.repeated))


def _as_events(call: Call, chunks: bytes) -> tuple[bytes, bytes]:
    """As the stream that the caller reads, and apart from it its last event."""
    reader = call.surface.relaying(ChatTranscript(wants_usage=True), call.repeated)
    return reader.read(chunks), reader.closing
