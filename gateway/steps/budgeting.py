"""Before a provider is asked, the most that the call can cost is reserved in every hard budget it falls under."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import orjson

from costs.budgeting.entries import Entry
from costs.budgeting.errors import Exceeded, Unknown
from costs.budgeting.limits import Counter
from costs.budgeting.money import nanos
from costs.budgeting.worst_case import worst_case
from costs.pricing import cost_of
from costs.usage import Usage
from gateway.call import Call
from gateway.config import Api, Member, Price
from gateway.dialects.transcript import STRANGE
from gateway.errors import BadBody, BudgetUnknown, NoPriceToHold, OverBudget
from gateway.process.runtime import Runtime
from gateway.steps.recording import estimated_usage
from gateway.surfaces.chat import kind_of

# What providers put around the messages, beyond the bytes of their JSON.
_AROUND: Final = 512
# No picture that a provider takes counts for more tokens.
_TOKENS_OF_A_PART: Final = 50_000
# Of a sound: an mp3 of nothing but headers has 240 bytes of base64 a second, and no provider counts 60 tokens for one.
_BYTES_OF_A_TOKEN: Final = 4
_MOST: Final = 2_000_000_000


async def reserve(call: Call, runtime: Runtime) -> None:
    """Calls that fall under no hard budget do not even look."""
    counters = call.config.budgets.over(call.key.tenant.id, call.feature.id, at=call.at)
    if not counters:
        return
    entry = entry_of(call, counters, output_tokens=runtime.limits.budget_output_tokens)
    try:
        await runtime.ledger.reserve(entry)
    except Exceeded as exceeded:
        raise OverBudget(exceeded) from None
    except Unknown:
        raise BudgetUnknown(counters[0]) from None
    call.reservation = entry


def _price(call: Call, member: Member, counter: Counter) -> Price:
    price = member.model.price_at(call.at)
    if price is None:
        raise NoPriceToHold(counter, member.model.slug)
    return price


def entry_of(call: Call, counters: list[Counter], *, output_tokens: int) -> Entry:
    """The dearest of the chain answers, and every other attempt is on a bill as well.

    `output_tokens`: what is written into a call that sets no bound of its own.
    """
    try:
        unseen, body_tokens, has_audio = call.shape.unseen(call.body), _input_tokens(call), _has_audio(call)
    except STRANGE:
        raise BadBody("The body has a field that holds another thing than its name says.") from None
    if unseen:
        raise BadBody(
            f"{unseen} cannot be used: this call falls under a hard budget, and what it costs only the provider knows."
        )
    prices = [(member, _price(call, member, counters[0])) for member in call.route.members]
    output_tokens = _output_tokens(call, output_tokens)
    question = estimated_usage(call, 0)
    input_tokens = max(body_tokens, question.input_tokens)
    asked = [input_tokens]
    if call.grounded is not None:
        # An answer that does not stand on its sources is asked for once more, with itself and what is wrong with it.
        asked.append(input_tokens + 2 * output_tokens + _AROUND)
    answered = sum(
        max(
            worst_case(price.prices, input_tokens=size, output_tokens=output_tokens, audio=has_audio)
            for _, price in prices
        )
        for size in asked
    )
    attempts = [each for each in prices for _ in range(each[0].attempts * len(asked))]
    lost = [_lost(member, price, question, input_tokens) for member, price in attempts]
    most = answered + sum(lost, Decimal(0)) - min(lost)
    floor = cost_of(question, prices[0][1].prices).total
    return Entry(call.id, call.key.tenant.id, counters, max(1, nanos(most)), nanos(floor))


def _lost(member: Member, price: Price, question: Usage, input_tokens: int) -> Decimal:
    """Of an attempt that gives nothing: by our count, or by that of a provider who tells it when it begins."""
    if member.model.provider.api is Api.ANTHROPIC:
        return worst_case(price.prices, input_tokens=input_tokens, output_tokens=0)
    return cost_of(question, price.prices).total


def _output_tokens(call: Call, otherwise: int) -> int:
    """The caller's own bound, or one that is written into the request, so that no answer costs more than was held."""
    bounds = call.shape.bounds
    if not bounds:
        return 0
    given = [count for name in bounds if (count := _count(call.body, name)) is not None]
    if not given:
        call.body = {**call.body, bounds[0]: otherwise}
    return max(given, default=otherwise) * (_count(call.body, "n") or 1)


def _count(body: Mapping[str, Any], name: str) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if type(value) is not int or not 0 < value <= _MOST:
        raise BadBody(f"{name} must be a whole number above 0: this call falls under a hard budget.")
    return value


def _input_tokens(call: Call) -> int:
    """At most: no tokeniser makes more than one token of a byte."""
    size = len(orjson.dumps(call.body)) + _AROUND
    for part in call.shape.parts(call.body):
        length = len(orjson.dumps(part))
        match kind_of(part):
            case "image_url" | "input_image":
                size += _TOKENS_OF_A_PART - length
            case "input_audio":
                size += max(_TOKENS_OF_A_PART, length // _BYTES_OF_A_TOKEN) - length
            case _:
                size += _TOKENS_OF_A_PART
    return max(size, 0)


def _has_audio(call: Call) -> bool:
    modalities = call.body.get("modalities")
    speaks = isinstance(modalities, list) and "audio" in modalities
    return speaks or any(kind_of(part) == "input_audio" for part in call.shape.parts(call.body))
