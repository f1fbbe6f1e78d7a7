"""What changed, in words and in amounts that add up to the whole change as it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from aiops.lib.figures import count, growth, money, percent
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
    amount: Decimal
    words: str


@dataclass(frozen=True, slots=True)
class WhatChanged:
    """The reasons add up to `delta`, as both are shown."""

    delta: Decimal
    reasons: list[Reason]


def what_changed(report: SpendReport) -> WhatChanged:
    found = reasons(report)
    return WhatChanged(sum((reason.amount for reason in found), Decimal()), found)


def reasons(report: SpendReport) -> list[Reason]:
    """Largest first; what is left over is added up in the last."""
    slugs = {row.key: row.slug for row in report.rows}
    changes = [change for change in report.what_changed if change.delta or change.now.calls or change.before.calls]
    shown, rest = changes[:SHOWN], changes[SHOWN:]
    left = sum((change.delta for change in rest), Decimal())
    amounts = apportion([*(change.delta for change in shown), *([left] if rest else [])], report.delta)
    found = [
        Reason(slugs.get(change.key, ""), change.label or UNNAMED, amount, words(change))
        for change, amount in zip(shown, amounts, strict=False)
    ]
    return [*found, Reason("", "Everything else", amounts[-1], f"{len(rest)} more")] if rest else found


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
