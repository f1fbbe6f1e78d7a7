"""How many calls there are of what, counted one by one: where they are few, whatever is asked of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from costs.models import Call
from costs.records import Outcome, PriceMatch
from costs.reports.calls.search import older
from costs.reports.calls.wanted import Wanted
from costs.reports.ledger import Key
from costs.reports.totals import Totals

MOST: Final = 5000
_SECONDS: Final = 1.0
_READ: Final = (
    "tenant_id",
    "feature_id",
    "provider",
    "model",
    "environment",
    "refusal",
    "outcome",
    "fallback",
    "price_match",
)
_ERRORS: Final = (Outcome.PROVIDER_ERROR, Outcome.INTERRUPTED)
_REFUSED: Final = (Outcome.REFUSED, Outcome.OVER_BUDGET)


def few(wanted: Wanted, since: datetime, until: datetime) -> list[Call] | None:
    """None where they are more than can be looked through while somebody waits."""
    rows = wanted.rows().only(*_READ)
    found = older(rows, at=until, since=since, until=until, limit=MOST + 1, seconds=_SECONDS)
    return None if found.reached else found.calls


def totals_of(calls: Sequence[Call]) -> Totals:
    return Totals(
        calls=len(calls),
        errors=sum(call.outcome in _ERRORS for call in calls),
        stopped=sum(call.outcome == Outcome.STOPPED for call in calls),
        refused=sum(call.outcome in _REFUSED for call in calls),
        fallbacks=sum(call.fallback for call in calls),
        unpriced_calls=sum(call.price_match == PriceMatch.UNPRICED for call in calls),
    )


def counted(calls: Iterable[Call], column: str, most: int) -> list[tuple[Key, int]]:
    found = Counter(getattr(call, column) for call in calls)
    return [(value, times) for value, times in found.most_common(most) if value]
