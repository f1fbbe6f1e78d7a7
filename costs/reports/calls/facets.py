"""How many calls there are of what, out of the roll-ups: by whole hours, and only where those know the filters."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from costs.reports import ledger
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


def facets(wanted: Wanted, since: datetime, until: datetime) -> Facets | None:
    """None where a filter is in force that the roll-ups do not know."""
    chosen = wanted.of_rollups()
    if chosen is None:
        return None
    period = Period(since, until)
    found = ledger.sums_by(chosen, period, _OF_CALLS, wanted=_COUNTED)
    tenants = ledger.sums_by(chosen, period, ("tenant_id",), wanted=("calls",))
    columns = [_most(found, place) for place in range(len(_OF_CALLS))]
    return Facets(sum(found.values(), NOTHING), _most(tenants, 0), *columns)


def _most(found: Mapping[tuple[ledger.Key, ...], Totals], place: int) -> Counts:
    counted: Counter[ledger.Key] = Counter()
    for key, totals in found.items():
        counted[key[place]] += totals.calls
    return [(value, calls) for value, calls in counted.most_common(MOST) if value != ""]
