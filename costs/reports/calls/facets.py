"""How many calls there are of what: out of the roll-ups, by whole hours, where those know the filters; else one by one,
where they are few."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from costs.reports import ledger
from costs.reports.calls.few import counted, few, totals_of
from costs.reports.calls.wanted import Wanted
from costs.reports.periods import Period
from costs.reports.totals import NOTHING, Totals

MOST: Final = 8
_OF_CALLS: Final = ("feature_id", "provider", "model", "environment")
_COUNTED: Final = ("calls", "errors", "stopped", "refused", "fallbacks", "unpriced_calls")


type Counts = Sequence[tuple[ledger.Key, int]]


@dataclass(frozen=True, slots=True)
class Facets:
    """The most frequent of each, with their calls; `total` is of all."""

    total: Totals
    tenants: Counts
    features: Counts
    providers: Counts
    models: Counts
    environments: Counts
    # Why an answer was withheld, which roll-ups do not know.
    refusals: Counts = ()
    is_by_hours: bool = True


def facets(wanted: Wanted, since: datetime, until: datetime) -> Facets | None:
    """None where a filter is in force that the roll-ups do not know, and many calls fit it."""
    chosen = wanted.of_rollups()
    if chosen is None:
        return _of_few(wanted, since, until)
    period = Period(since, until)
    found = ledger.sums_by(chosen, period, _OF_CALLS, wanted=_COUNTED)
    tenants = ledger.sums_by(chosen, period, ("tenant_id",), wanted=("calls",))
    features, providers, models, environments = (_most(found, place) for place in range(len(_OF_CALLS)))
    total = sum(found.values(), NOTHING)
    return Facets(total, _most(tenants, 0), features, providers, models, environments)


def _of_few(wanted: Wanted, since: datetime, until: datetime) -> Facets | None:
    calls = few(wanted, since, until)
    if calls is None:
        return None
    return Facets(
        total=totals_of(calls),
        tenants=counted(calls, "tenant_id", MOST),
        features=counted(calls, "feature_id", MOST),
        providers=counted(calls, "provider", MOST),
        models=counted(calls, "model", MOST),
        environments=counted(calls, "environment", MOST),
        refusals=counted(calls, "refusal", MOST),
        is_by_hours=False,
    )


def _most(found: Mapping[tuple[ledger.Key, ...], Totals], place: int) -> Counts:
    counted: Counter[ledger.Key] = Counter()
    for key, totals in found.items():
        counted[key[place]] += totals.calls
    return [(value, calls) for value, calls in counted.most_common(MOST) if value != ""]
