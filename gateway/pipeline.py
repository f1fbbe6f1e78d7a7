"""The only road to a model: one call, step by step."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from typing import Final

from costs.usage import Usage
from gateway.call import Call
from gateway.caller import Caller
from gateway.config import Config
from gateway.errors import BadBody, Broken, Leaving, Refusal, Stopped
from gateway.grounding import steps as grounding
from gateway.kept import caching
from gateway.kept.once import HEADER, Place
from gateway.process.runtime import Runtime
from gateway.process.waiting import turn
from gateway.routing.upstream import Stream, Whole
from gateway.routing.walk import Walk
from gateway.steps import admission, budgeting, canned, prompting, tagging
from gateway.steps.giving import give, give_canned, give_recalled, refuse_unasked
from gateway.steps.guarding import guard, guard_anew, stop_of_road, stop_over
from gateway.steps.listening import Listening
from gateway.steps.recording import NO_USAGE, Ending, told, usage_by_now
from gateway.steps.relay import Relay
from gateway.surfaces.surface import Surface
from killswitch.scopes import Mode

log = logging.getLogger(__name__)

# Before them the key is checked and the body read. A call that has its tags has a record, however it ends.
_UNTIL_TAGGED: Final[tuple[Callable[[Call], None], ...]] = (admission.parse, tagging.tag, admission.target)
_REPLAYED: Final = (b"x-aiops-replayed", b"true")


async def complete(surface: Surface, runtime: Runtime, headers: Mapping[bytes, bytes], caller: Caller) -> None:
    call = Call(headers, runtime.config.current, runtime.clock, surface)
    try:
        admission.authenticate(call)
        await _in_its_place(runtime, call, caller)
    except Refusal as refusal:
        runtime.metrics.refused(refusal.code)
        if refusal.shed:
            runtime.metrics.shed(refusal.shed)
        await caller.refuse(refusal, [(b"x-aiops-call-id", str(call.id).encode())])
    except asyncio.CancelledError:
        if not runtime.is_leaving:
            raise
        if not call.is_settled:
            await caller.refuse(Leaving(), [(b"x-aiops-call-id", str(call.id).encode())])


async def _in_its_place(runtime: Runtime, call: Call, caller: Caller) -> None:
    tenant = call.key.tenant
    if not runtime.load.enter(tenant.id, tenant.max_calls):
        await turn(runtime.load, tenant, caller)
    try:
        call.raw = await caller.body(call.headers, runtime.limits.max_body, runtime.limits.body_seconds)
        if runtime.pulse.is_late():
            await runtime.pulse.catch_up()
        _take_afresh(call, runtime.config.current)
        for step in _UNTIL_TAGGED:
            step(call)
        await _on_record(runtime, call, caller)
    finally:
        runtime.load.leave(tenant.id)


def _take_afresh(call: Call, config: Config) -> None:
    """What was changed while the body came holds for this call: a key that was revoked opens nothing any more."""
    if config is not call.config:
        call.config = config
        admission.authenticate(call)


async def _on_record(runtime: Runtime, call: Call, caller: Caller) -> None:
    """From here on every end of the call is settled, exactly once."""
    try:
        await _answer(runtime, call, caller)
    except Refusal as refusal:
        if refusal.has_safe_answer:
            refusal.safe_answer = call.feature.safe_answer
        await _end(runtime, call, caller, refusal)
    except asyncio.CancelledError:
        await _end(runtime, call, caller, call.why_cancelled())
        if call.stop is None:
            raise
    except Exception:
        log.exception("call.broke id=%s", call.id)
        await _end(runtime, call, caller, Broken())


async def _end(runtime: Runtime, call: Call, caller: Caller, refusal: Refusal) -> None:
    if not call.is_settled:
        if call.grounded is not None:
            call.grounded.withhold()
        usage, is_estimated = call.used or _used_by_now(call)
        ending = Ending.by(refusal, model=call.asking, usage=usage, estimated=is_estimated)
        finished = runtime.settle(call, ending)
        if isinstance(refusal, Stopped) and canned.fits(call, refusal.stop):
            await give_canned(call, caller, refusal.stop, finished)
        else:
            await caller.refuse(refusal, told(call, None, finished))


def _used_by_now(call: Call) -> tuple[Usage, bool]:
    """What a provider was doing when it was cut off is paid for, as far as we know."""
    return usage_by_now(call) if call.asking else (NO_USAGE, False)


async def _refuse_if_stopped(runtime: Runtime, call: Call) -> None:
    stop = stop_over(call, runtime.stops)
    if stop is None:
        return
    if stop.mode != Mode.REFUSE:
        # Its prompt says whether a text can stand for the answer, and may be stopped more strictly itself.
        with suppress(Refusal):
            await prompting.prompt(call)
    raise Stopped(stop_over(call, runtime.stops) or stop)


async def _answer(runtime: Runtime, call: Call, caller: Caller) -> None:
    await _refuse_if_stopped(runtime, call)
    grounding.take(call, runtime.formats)
    await prompting.prompt(call)
    # By now it is known which version of the prompt it is.
    guard(call, runtime.stops)
    grounding.ask_for_quotes(call)
    admission.route(call)
    admission.measure(call)
    if call.grounded is not None and grounding.needs_no_model(call):
        await refuse_unasked(runtime, call, caller, call.grounded)
        return
    key = call.headers.get(HEADER)
    if key is None:
        await _recall_or_ask(runtime, call, caller)
        return
    if call.is_streamed:
        raise BadBody(
            f"A streamed answer is not kept for its idempotency key: send either {HEADER.decode()} or stream: true."
        )
    async with runtime.answers.once(call, key) as place:
        if place.kept is not None:
            # The place was waited for.
            await guard_anew(call, runtime.stops, runtime.pulse)
            await caller.answer(200, [*place.kept.headers, _REPLAYED], place.kept.data)
        else:
            await _recall_or_ask(runtime, call, caller, place)


async def _recall_or_ask(runtime: Runtime, call: Call, caller: Caller, place: Place | None = None) -> None:
    call.may_be_kept = call.feature.cache.seconds > 0
    if caching.is_kept(call):
        call.cache_key = caching.key_of(call)
        found = await runtime.cache.find(call) if caching.may_be_recalled(call) else None
        await guard_anew(call, runtime.stops, runtime.pulse)
        if found is not None and stop_of_road(call, found.model, runtime.stops) is None:
            return await give_recalled(runtime, call, caller, found, place)
    await _ask(runtime, call, caller, place)


async def _ask(runtime: Runtime, call: Call, caller: Caller, place: Place | None = None) -> None:
    await budgeting.reserve(call, runtime)
    runtime.open(call)
    # Registered, so ask again: a stop that came in between found this call neither there nor here.
    guard(call, runtime.stops)
    # With a key the answer is also for whoever sends the call again.
    walk = _walk(runtime, call, is_abandoned=bool if place else caller.is_gone)
    async with nullcontext() if place else Listening(caller, runtime.limits.drain_seconds):
        reply = await _reply(call, walk)
    if isinstance(reply, Whole):
        await give(runtime, call, caller, reply, place)
    else:
        await Relay(call, caller, runtime, reply).run()


async def _reply(call: Call, walk: Walk) -> Whole | Stream:
    while isinstance(reply := await walk.answer(), Whole):
        if call.grounded is not None:
            reply = await grounding.settle(call, call.grounded, reply, walk.answer)
        if await walk.may_give(reply):
            break
    return reply


def _walk(runtime: Runtime, call: Call, *, is_abandoned: Callable[[], bool]) -> Walk:
    return Walk(
        call,
        runtime.upstream,
        runtime.stops,
        runtime.inflight,
        runtime.breakers,
        runtime.pulse,
        is_abandoned=is_abandoned,
    )
