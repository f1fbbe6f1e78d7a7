"""The records of a call, and what its caller is told of them. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from costs.pricing import NOTHING, ZERO, Cost, cost_of, plain_text
from costs.reasons import was_asked
from costs.records import Finished, Opened, Outcome, PriceMatch
from costs.usage import Usage, from_openai, says_input, says_output
from gateway.asgi import Headers
from gateway.call import Call
from gateway.config import Model
from gateway.dialects.transcript import Transcript
from gateway.errors import Gone, Leaving, OverBudget, Refusal, Stopped
from gateway.routing.upstream import Whole
from gateway.steps.admission import model_asked
from gateway.steps.billing import billed
from gateway.surfaces import words
from gateway.tokens import tokens_in

NO_USAGE = Usage()


class Ending(NamedTuple):
    """How a call ended. Without a model nobody had begun to answer, and nothing was used."""

    outcome: Outcome
    model: Model | None = None
    usage: Usage = NO_USAGE
    # By our count, as the provider's never came.
    estimated: bool = False
    error_code: str = ""
    stop_id: UUID | None = None
    finish_reason: str = ""

    @classmethod
    def by(
        cls, refusal: Refusal, *, model: Model | None = None, usage: Usage = NO_USAGE, estimated: bool = False
    ) -> "Ending":
        stop_id = refusal.stop.id if isinstance(refusal, Stopped) else None
        return cls(_outcome(refusal), model, usage, estimated, error_code=refusal.code, stop_id=stop_id)


def opening(call: Call) -> Opened:
    """The record of a call that is about to ask a provider."""
    model = call.route.members[0].model
    price = model.price_at(call.at)
    return _opened(call, call.route.chain, model, price.version if price else None)


def recalled(call: Call, model: Model) -> Opened:
    """The record of a call whose answer was kept from an earlier one of this model's."""
    return _opened(call, call.route.chain, model, None)


def unasked(call: Call) -> Opened:
    """The record of a call that will ask none."""
    return _opened(call, "", None, None)


def finishing(call: Call, ending: Ending) -> Finished:
    model = ending.model
    cost, version, match = _cost(call, ending)
    return Finished(
        _as_served(call.opened, model) if call.opened else unasked(call),
        ending.outcome,
        *_who(call, model),
        ending.usage.plus(*(each.usage for each in (*call.spent, *call.lost))),
        cost,
        version,
        match,
        billed(call, model, ending.usage, is_estimated=ending.estimated),
        call.elapsed_ms(),
        call.first_chunk_ms,
        _is_fallback(call, model),
        ending.estimated or any(each.estimated for each in (*call.spent, *call.lost)),
        ending.error_code,
        ending.stop_id,
        ending.finish_reason,
        call.grounded.record() if call.grounded else None,
    )


def estimated_usage(call: Call, output_tokens: int) -> Usage:
    return Usage(input_tokens=_estimated_input(call), output_tokens=output_tokens)


def usage_of(call: Call, reply: Whole) -> tuple[Usage, bool]:
    """By the provider's count, or else by ours."""
    return _counted(call, reply.message.get("usage"), lambda: tokens_in(words.size_of_answer(reply.message)))


def usage_of_stream(call: Call, transcript: Transcript) -> tuple[Usage, bool]:
    """Of one that broke off, or went on behind the provider's last count, the larger of that and of what it wrote."""
    if transcript.is_counted:
        return _counted(call, transcript.usage, transcript.estimated_tokens)
    usage, _ = _counted(call, transcript.usage or transcript.usage_so_far, transcript.estimated_tokens)
    return usage._replace(output_tokens=max(usage.output_tokens, transcript.estimated_tokens())), True


def usage_by_now(call: Call) -> tuple[Usage, bool]:
    """Of a model that was at work and of which nothing is given: at least it has the question."""
    return (estimated_usage(call, 0), True) if call.told is None else usage_of_stream(call, call.told)


def told(call: Call, model: Model | None, finished: Finished | None = None) -> Headers:
    """What every answer says of its call; the cost only once it is known, and only if it is."""
    headers = [(b"x-aiops-call-id", str(call.id).encode())]
    if call.may_be_kept:
        headers.append((b"x-aiops-cache", b"hit" if call.is_recalled else b"miss"))
    if call.prompt_told:
        headers.append((b"x-aiops-prompt", call.prompt_told.encode()))
    if model is not None:
        headers.append((b"x-aiops-model", model.label.encode("latin-1", "replace")))
    if finished is not None and finished.cost is not None:
        headers.append((b"x-aiops-cost-usd", plain_text(finished.cost.total).encode()))
        if finished.estimated:
            headers.append((b"x-aiops-cost-estimated", b"true"))
    if call.grounded is not None and call.grounded.word:
        headers.append((b"x-aiops-grounding", call.grounded.word.encode()))
    if not call.is_recalled and (len(call.hops) > 1 or (model is None and call.hops)):
        headers.append((b"x-aiops-fallback", call.fallback_told().encode("latin-1", "replace")))
    return headers


def _opened(call: Call, chain: str, model: Model | None, price_version: UUID | None) -> Opened:
    return Opened(
        call.id,
        call.key.tenant.id,
        call.feature.id,
        call.user,
        call.session,
        call.key.environment,
        model_asked(call),
        chain,
        call.prompt_version,
        model.upstream if model else "",
        model.provider.slug if model else "",
        _estimated_input(call) if model else 0,
        price_version,
        model.provider.simulated if model else False,
        call.is_streamed,
        call.prompt_choice or "",
    )


def _as_served(opened: Opened, model: Model | None) -> Opened:
    """Simulated or not is who served, which the first of a chain may not have been."""
    if model is None or model.provider.simulated == opened.simulated:
        return opened
    return opened._replace(simulated=model.provider.simulated)


def _cost(call: Call, ending: Ending) -> tuple[Cost | None, UUID | None, PriceMatch]:
    if call.lost or call.spent:
        return _cost_with_others(call, ending)
    if ending.model is None:
        return NOTHING, None, PriceMatch.NOTHING_ASKED
    price = ending.model.price_at(call.at)
    if price is None:
        return None, None, PriceMatch.UNPRICED
    return cost_of(ending.usage, price.prices), price.version, PriceMatch.EXACT


def _cost_with_others(call: Call, ending: Ending) -> tuple[Cost | None, UUID | None, PriceMatch]:
    """If one of them has no price, nobody knows the sum."""
    asked = [(ending.model, ending.usage)] if ending.model else []
    asked += [(each.model, each.usage) for each in (*call.spent, *call.lost)]
    priced = [(price, usage) for model, usage in asked if (price := model.price_at(call.at))]
    if len(priced) < len(asked):
        return None, None, PriceMatch.UNPRICED
    costs = [cost_of(usage, price.prices) for price, usage in priced]
    total = Cost(*(sum(parts, ZERO) for parts in zip(*costs, strict=True)))
    return total, priced[0][0].version, PriceMatch.EXACT


def _who(call: Call, model: Model | None) -> tuple[str, str]:
    """The model and provider that served, or were asked last."""
    if model is not None:
        return model.upstream, model.provider.slug
    return (call.hops[-1].model, call.hops[-1].provider) if call.hops else ("", "")


def _is_fallback(call: Call, model: Model | None) -> bool:
    """Whether another model than the first of the route was asked, be it in vain; not if it was only passed over."""
    if model is None and not call.hops:
        return False
    first = call.route.members[0].model
    if model is not None and model is not first:
        return True
    if call.is_recalled:
        return False
    others = (hop for hop in call.hops if (hop.model, hop.provider) != (first.upstream, first.provider.slug))
    return any(was_asked(hop.reason) for hop in others)


def _counted(call: Call, said: object, written: Callable[[], int]) -> tuple[Usage, bool]:
    """As the provider says; what it does not say, by our count. `written`: how many tokens that has of its answer."""
    count: Mapping[str, Any] = said if isinstance(said, dict) else {}
    usage = from_openai(count)
    if usage is None:
        return estimated_usage(call, written() if call.surface.is_in_words else 0), True
    lacks_input, lacks_output = not says_input(count), call.surface.is_in_words and not says_output(count)
    if lacks_input:
        usage = usage._replace(input_tokens=_estimated_input(call))
    if lacks_output:
        usage = usage._replace(output_tokens=written())
    return usage, lacks_input or lacks_output


def _estimated_input(call: Call) -> int:
    return max(1, tokens_in(call.size))


def _outcome(refusal: Refusal) -> Outcome:
    special = {
        Stopped: Outcome.STOPPED,
        OverBudget: Outcome.OVER_BUDGET,
        Gone: Outcome.CANCELLED,
        Leaving: Outcome.INTERRUPTED,
    }
    return special.get(type(refusal), Outcome.PROVIDER_ERROR if refusal.source == "provider" else Outcome.REFUSED)
