"""The steps of the pipeline that ground a call: take its sources, ask for quotes, check what came."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from django.conf import settings

from costs.reasons import HopReason
from costs.usage import Usage
from gateway.call import Call
from gateway.config import Tenant
from gateway.errors import BadBody, BadSources, GroundingOff, NoAnswer, ProviderRefused, SourcesMissing
from gateway.grounding import asking, shaping, sources
from gateway.grounding.checking import Checked, checking
from gateway.grounding.formats import Formats
from gateway.grounding.grounded import Grounded
from gateway.grounding.measuring import policy_of
from gateway.grounding.policy import Mode
from gateway.grounding.verdict import Reason, Verdict, judge
from gateway.json_words import kind_of
from gateway.routing.upstream import Stream, Whole, wants_usage
from gateway.steps.lowering import lower
from gateway.steps.recording import usage_of

# Below these lengths checking takes less than handing it to a thread.
_SHORT_SOURCES, _SHORT_REPLY = 10_000, 4_000
# One answer in words is what is checked.
_NOT_WITH_SOURCES = ("tools", "functions", "audio")

type Ask = Callable[[], Awaitable[Whole | Stream]]


def take(call: Call, formats: Formats) -> None:
    """Its sources, out of the body: they are never sent on as a field."""
    if not call.surface.is_in_words:
        if "sources" in call.body:
            raise BadSources(f"{call.surface.path} has no answers in words to check: leave sources out.")
        return
    policy = policy_of(call)
    if "sources" not in call.body:
        if policy.mode is Mode.ENFORCE:
            raise SourcesMissing(call.feature.slug)
        return
    if policy.mode is Mode.OFF:
        raise GroundingOff(call.feature.slug)
    lower(call)
    try:
        given = sources.read(call.body["sources"])
    except sources.BadSources as fault:
        raise BadSources(str(fault)) from None
    _check(call.body)
    call.grounded = Grounded(policy, given, wants_usage=wants_usage(call), formats=formats)
    call.body = {name: value for name, value in call.body.items() if name != "sources"}


def ask_for_quotes(call: Call) -> None:
    """After the prompt is rendered, whose own schema gives way to this one."""
    if call.grounded is not None:
        call.body = asking.grounded(call.body, call.grounded.sources, _secret_for(call.key.tenant))


def _secret_for(tenant: Tenant) -> bytes:
    """The same in every process."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"marks of sources|" + tenant.id.bytes, "sha256")


def needs_no_model(call: Call) -> bool:
    """Nothing was found to answer from, and nothing else counts: whatever a model said would be refused."""
    return call.grounded is not None and not call.grounded.sources and call.grounded.policy.mode is Mode.ENFORCE


def refuse_unasked(call: Call, grounded: Grounded, named: str) -> bytes:
    grounded.verdict = Verdict.refusing(Reason.NO_SOURCES)
    return shaping.whole(shaping.of_nobody(str(call.id), named), grounded, None)


async def settle(call: Call, grounded: Grounded, reply: Whole, ask: Ask) -> Whole:
    """What the caller gets of the reply, or of a second one, when the first was not good enough."""
    call.used = usage_of(call, reply)
    checked = await _checked(reply, grounded)
    if checked.faults:
        reply, checked = await _repaired(call, grounded, (reply, checked), ask)
    grounded.checked, grounded.verdict = checked, judge(checked, grounded.policy)
    if call.is_streamed:
        call.first_chunk_ms = call.elapsed_ms()
    return replace(reply, data=shaping.whole(reply.message, grounded, _together(call)))


async def _repaired(call: Call, grounded: Grounded, first: tuple[Whole, Checked], ask: Ask) -> tuple[Whole, Checked]:
    """Asked once more, and told what was wrong; both are paid for, and the better one is given."""
    reply, checked = first
    body = call.body
    unusable = HopReason.INVALID_ANSWER if checked.answer is None else HopReason.UNVERIFIED
    call.hops[-1] = call.hops[-1]._replace(reason=unusable)
    call.body = asking.repaired(body, checked.said, checked.faults)
    call.spend(reply.model)
    try:
        again = await ask()
    except (NoAnswer, ProviderRefused):
        call.unspend()
        return first
    finally:
        call.body = body
    assert isinstance(again, Whole)  # noqa: S101 - no stream is asked for
    call.used = usage_of(call, again)
    second = (again, await _checked(again, grounded))
    if second[1].worth >= checked.worth:
        return second
    call.unspend_for(again.model)
    return first


async def _checked(reply: Whole, grounded: Grounded) -> Checked:
    """Quote by quote: in between others have their turn, and a cut or the deadline ends it."""
    size = sum(len(source.text) for source in grounded.sources)
    is_short = size <= _SHORT_SOURCES and len(reply.data) <= _SHORT_REPLY
    steps = checking(_content(reply), grounded.texts)
    while True:
        checked = next(steps) if is_short else await asyncio.to_thread(next, steps)
        if checked is not None:
            return checked
        await asyncio.sleep(0)


def _content(reply: Whole) -> Any:
    choices = reply.message["choices"]
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, dict) else None
    return message.get("content") if isinstance(message, dict) else None


def _together(call: Call) -> Usage | None:
    """Of both replies, when there were two."""
    if not call.spent or call.used is None:
        return None
    return call.used[0].plus(*(each.usage for each in call.spent))


def _check(body: dict[str, Any]) -> None:
    if body.get("n") not in (None, 1):
        raise BadSources("n must be 1 with sources: one answer is checked.")
    if not isinstance(body.get("messages") or [], list):
        raise BadBody(f"messages must be an array, not {kind_of(body['messages'])}.")
    for name in _NOT_WITH_SOURCES:
        if body.get(name):
            raise BadSources(f"{name} cannot be used with sources: what is checked is an answer in words.")
    if isinstance(wanted := body.get("response_format"), dict) and wanted.get("type") != "text":
        raise BadSources("response_format cannot be used with sources: grounded answers have a shape of their own.")
