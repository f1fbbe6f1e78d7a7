"""Which attempt put what on the bill of a call: together they are its cost, to the last digit. Pure."""

from costs.hops import Bill, Hop
from costs.pricing import cost_of
from costs.reasons import HopReason
from costs.usage import Usage
from gateway.call import Call
from gateway.config import Model


def billed(call: Call, model: Model | None, usage: Usage, *, is_estimated: bool) -> tuple[Hop, ...]:
    """The hops with their bills. `usage` is of the answer of `model`."""
    hops, answered_by = list(call.hops), call.answered_by
    if model is not None and model is call.asking and answered_by is None:
        # It was cut off before it said anything.
        answered_by = len(hops)
        hops.append(call.hop_of(model, began=call.asking_since, reason=HopReason.CUT))
    if len(hops) < 2 and not call.lost and not call.spent:
        # The call's own cost is it.
        return tuple(hops)
    given = [(answered_by, model, usage, is_estimated)] if model else []
    others = [(each.hop, each.model, each.usage, each.estimated) for each in (*call.spent, *call.lost)]
    for place, who, used, is_ours in [*given, *others]:
        if place is not None:
            hops[place] = hops[place]._replace(bill=_bill(call, who, used, is_ours))
    return tuple(hops)


def _bill(call: Call, model: Model, usage: Usage, is_estimated: bool) -> Bill:
    price = model.price_at(call.at)
    cost = cost_of(usage, price.prices).total if price else None
    return Bill(usage.input_tokens, usage.output_tokens, cost, is_estimated)
