"""What a hard budget does not let through."""

from http import HTTPStatus
from typing import Any

from costs.budgeting.errors import Exceeded
from costs.budgeting.limits import Counter
from costs.budgeting.money import usd
from costs.pricing import plain_text
from gateway.errors.refusal import Refusal

_RESERVED_FOR_SECONDS = 2


class OverBudget(Refusal):
    """Nothing was sent to a model. Of a budget over several tenants the caller of one is told no sums."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    type = "over_budget"
    code = "over_budget"

    def __init__(self, exceeded: Exceeded) -> None:
        self._told = _facts(exceeded)
        super().__init__(" ".join(_said(exceeded)))
        # Calls under way may end cheaper than they could: then it fits.
        self.retry = exceeded.is_only_held
        self.retry_after = _RESERVED_FOR_SECONDS if self.retry else None

    def facts(self) -> dict[str, Any]:
        return super().facts() | self._told


class BudgetUnknown(Refusal):
    """A hard budget that cannot be asked lets nothing through."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    type = "server_error"
    code = "budget_unavailable"
    retry = True
    retry_after = 2

    def __init__(self, counter: Counter) -> None:
        super().__init__(
            f"This call falls under the hard budget of {counter.budget.scope}, and how much of it is left cannot be "
            "told just now: Valkey or PostgreSQL does not answer, or its counters are being set anew. Nothing was "
            "sent to a model. Send it again in a moment."
        )


class NoPriceToHold(Refusal):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    type = "server_error"
    code = "budget_without_price"

    def __init__(self, counter: Counter, model: str) -> None:
        super().__init__(
            f"This call falls under the hard budget of {counter.budget.scope}, and model {model} has no price: nobody "
            "knows what it would cost. Nothing was sent to a model. Declare its prices in aiops.yaml, or make the "
            "budget soft."
        )


def _facts(exceeded: Exceeded) -> dict[str, Any]:
    counter = exceeded.counter
    facts = {
        "scope": counter.budget.scope,
        "period": counter.budget.period,
        "resets_at": f"{counter.end:%Y-%m-%dT%H:%M:%SZ}" if counter.end else None,
    }
    if counter.budget.tenant is None:
        return facts
    amounts = {
        "limit_usd": counter.budget.limit,
        "spent_usd": exceeded.spent,
        "reserved_usd": exceeded.held,
        "asked_usd": exceeded.asked,
    }
    return facts | {name: plain_text(usd(amount)) for name, amount in amounts.items()}


def _said(exceeded: Exceeded) -> list[str]:
    counter = exceeded.counter
    span = "in total" if counter.end is None else f"a {counter.budget.period}"
    if counter.budget.tenant is None:
        words = [f"The operator's budget over {counter.budget.scope} leaves too little for this call."]
    else:
        words = [
            f"The budget of {counter.budget.scope}, {_money(counter.budget.limit)} {span}, leaves too little for this "
            f"call: {_money(exceeded.spent)} is spent, {_money(exceeded.held)} is reserved for calls under way, and "
            f"this one may cost up to {_money(exceeded.asked)}."
        ]
    words.append("Nothing was sent to a model.")
    if exceeded.is_only_held:
        words.append("Once calls under way have ended it may fit: send it again in a moment.")
    if counter.end is not None:
        words.append(f"The budget begins anew at {counter.end:%Y-%m-%d %H:%M} UTC.")
    words.append("A smaller max_completion_tokens costs less at most; the operator can raise the budget.")
    return words


def _money(amount: int) -> str:
    return f"${plain_text(usd(amount))}"
