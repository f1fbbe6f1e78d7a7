"""One attempt on one model, and what it put on the bill. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple, Self


class Bill(NamedTuple):
    """What one attempt cost; `cost` is None when its model has no price."""

    input_tokens: int
    output_tokens: int
    cost: Decimal | None
    # By our count, as the provider's never came.
    is_estimated: bool

    def wire(self) -> tuple[Any, ...]:
        return self.input_tokens, self.output_tokens, None if self.cost is None else str(self.cost), self.is_estimated

    @classmethod
    def parse(cls, fields: Sequence[Any]) -> Self:
        tokens_in, tokens_out, cost, is_estimated = fields
        return cls(tokens_in, tokens_out, None if cost is None else Decimal(cost), is_estimated)


class Hop(NamedTuple):
    """One attempt on one model of the chain."""

    model: str
    provider: str
    # Of the provider's answer; 0 when there was none.
    status: int
    ms: int
    reason: str
    # From the call's start; None in what an older gateway wrote.
    began_ms: int | None = None
    # None of an attempt that nobody charges for, and in calls of one attempt: there the call's own cost is it.
    bill: Bill | None = None

    def wire(self) -> tuple[Any, ...]:
        if self.bill is not None:
            return (*self[:6], self.bill.wire())
        return self[:5] if self.began_ms is None else self[:6]

    @classmethod
    def parse(cls, fields: Sequence[Any]) -> Self:
        model, provider, status, ms, reason, *rest = fields
        began_ms, bill = (*rest, None, None)[:2]
        return cls(model, provider, status, ms, reason, began_ms, None if bill is None else Bill.parse(bill))
