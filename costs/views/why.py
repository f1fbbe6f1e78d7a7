"""What changed, in words and in amounts that add up to the whole change as it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from aiops.lib.figures import count, exact, growth, money, percent
from costs.reports import Change, SpendReport
from costs.reports.changes import Cause

SHOWN: Final = 6
# Of models: calls that were refused before one was chosen.
UNNAMED: Final = "No model"


@dataclass(frozen=True, slots=True)
class Reason:
    # For the address; empty for everything else.
    slug: str
    label: str
    # None where no call of it has a price.
    amount: Decimal | None
    words: str


@dataclass(frozen=True, slots=True)
class WhatChanged:
    """The reasons with a price add up to `delta`, as both are shown; None when none has one."""

    delta: Decimal | None
    reasons: list[Reason]


def what_changed(report: SpendReport) -> WhatChanged:
    found = reasons(report)
    known = [reason.amount for reason in found if reason.amount is not None]
    return WhatChanged(sum(known, Decimal()) if known or not found else None, found)


def reasons(report: SpendReport) -> list[Reason]:
    """Largest first, those without a price last; what is left over is added up before them."""
    slugs = {row.key: row.slug for row in report.rows}
    changes = [change for change in report.what_changed if change.delta or change.now.calls or change.before.calls]
    known = [change for change in changes if not change.is_unknown]
    shown, rest = known[:SHOWN], known[SHOWN:]
    left = [sum((change.delta for change in rest), Decimal())] if rest else []
    parts = [*(change.delta for change in shown), *left]
    amounts = apportion(parts, sum(parts, Decimal()))
    found = [_reason(slugs, change, amount) for change, amount in zip(shown, amounts, strict=False)]
    if rest:
        found.append(Reason("", "Everything else", amounts[-1], f"{len(rest)} more"))
    unknown = [_reason(slugs, change, None) for change in changes if change.is_unknown]
    return [*found, *unknown[:SHOWN]]


def _reason(slugs: Mapping[Any, str], change: Change[Any], amount: Decimal | None) -> Reason:
    said = words(change) if amount is not None else without_price(change)
    return Reason(slugs.get(change.key, ""), change.label or UNNAMED, amount, said)


def without_price(change: Change[Any]) -> str:
    side = change.now if change.now.is_unknown else change.before
    return f"{exact(side.unpriced_calls)} without a price{'' if change.now.is_unknown else ' before'}"


def apportion(parts: Sequence[Decimal], whole: Decimal) -> list[Decimal]:
    """Round each so that they still add up: to the cent, or finer where it is all about less than a dollar."""
    largest = max((abs(part) for part in parts), default=Decimal())
    step = Decimal("0.01") if largest >= 1 else Decimal(1).scaleb(min(-4, largest.adjusted() - 2) if largest else -4)
    floors = [part.quantize(step, rounding=ROUND_FLOOR) for part in parts]
    missing = int((whole.quantize(step) - sum(floors, Decimal())) / step)
    by_loss = sorted(range(len(parts)), key=lambda place: floors[place] - parts[place])
    raised = set(by_loss[:missing])
    return [amount + step if place in raised else amount for place, amount in enumerate(floors)]


def words(change: Change[Any]) -> str:
    now, before = change.now, change.before
    calls = growth(Decimal(now.calls), Decimal(before.calls))
    prompts = growth(now.average_input_tokens, before.average_input_tokens)
    match change.cause:
        case Cause.MORE_CALLS | Cause.FEWER_CALLS if calls is not None:
            return f"{percent(abs(calls))} {'more' if calls > 0 else 'fewer'} calls"
        case Cause.LONGER_PROMPTS | Cause.SHORTER_PROMPTS if prompts is not None:
            grew = f"{percent(abs(prompts))} {'longer' if prompts > 0 else 'shorter'}"
            return f"Prompts {grew}: {count(before.average_input_tokens)} → {count(now.average_input_tokens)} tokens"
        case Cause.MORE_CACHED | Cause.LESS_CACHED:
            return f"Cache hits {percent(before.cached_share)} → {percent(now.cached_share)}"
        case Cause.PRICE:
            return f"{money(before.per_1k_calls)} → {money(now.per_1k_calls)} per 1,000 calls"
        case Cause.BEGAN:
            return "Not there in the period before"
        case Cause.ENDED:
            return "No calls in this period"
    return "About as before"
