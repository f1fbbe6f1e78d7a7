"""What the roll-ups hold: sums by key, and spend by day. Whole days come from the daily ones, the edges by hour."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, DateField, F, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, TruncDay

from costs.models import DailySpend, HourlySpend
from costs.reports.periods import Period
from costs.reports.totals import NOTHING, Totals

type Key = UUID | str
type Days = Mapping[date, Mapping[Key | None, Decimal]]


class By(StrEnum):
    FEATURE = "feature"
    TENANT = "tenant"
    MODEL = "model"


_SUMS: Final = {
    "spend": Sum("cost_usd"),
    "saved": Sum("saved_usd"),
    "calls": Sum("calls"),
    "simulated_calls": Sum("calls", filter=Q(simulated=True), default=0),
    "unpriced_calls": Sum("unpriced_calls"),
    "errors": Sum("errors"),
    "stopped": Sum("stopped"),
    "refused": Sum("refused"),
    "fallbacks": Sum("fallbacks"),
    "input_tokens": Sum("input_tokens"),
    "cached_tokens": Sum("cached_tokens"),
    "output_tokens": Sum("output_tokens"),
}


def sums(chosen: Q, by: By, period: Period) -> dict[Key, Totals]:
    found: dict[Key, Totals] = defaultdict(lambda: NOTHING)
    for rows in _sources(chosen, period):
        for key, *values in _summed(rows.annotate(found=_key(by)).values_list("found")):
            found[key] += _totals(values)
    return dict(found)


def sums_of_features(chosen: Q, period: Period) -> dict[UUID, dict[Key, Totals]]:
    """By tenant, then by feature."""
    found: dict[UUID, dict[Key, Totals]] = defaultdict(lambda: defaultdict(lambda: NOTHING))
    for rows in _sources(chosen, period):
        for tenant, feature, *values in _summed(rows.values_list("tenant_id", "feature_id")):
            found[tenant][feature] += _totals(values)
    return found


def daily(chosen: Q, by: By, keys: Sequence[Key], period: Period) -> Days:
    """Spend a day of each of these keys, and of all others together under None. Days without calls are left out."""
    is_shown = Q(found__in=list(keys)) if keys else Q(pk__in=[])
    series = Case(When(is_shown, then=F("found")), default=Value(None))
    days: dict[date, dict[Key | None, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for rows in _sources(chosen, period):
        grouped = rows.annotate(found=_key(by)).annotate(series=series).values_list("on", "series")
        for day, key, spend in grouped.annotate(Sum("cost_usd")):
            days[day][key] += spend
    return days


def begun(chosen: Q) -> date | None:
    """The first day of which anything is recorded."""
    days = DailySpend.objects.filter(chosen).order_by("day").values_list("day", flat=True)
    return days.first()


def _sources(chosen: Q, period: Period) -> Iterable[QuerySet[Any]]:
    """Roll-up rows of the period, each with the day it is `on`."""
    if period.whole_days[0] < period.whole_days[1]:
        yield DailySpend.objects.filter(chosen).between(*period.whole_days).annotate(on=F("day"))
    for edge in period.edges:
        on = Cast(TruncDay("hour"), DateField())
        yield HourlySpend.objects.filter(chosen).between(edge.since, edge.until).annotate(on=on)


def _summed(grouped: QuerySet[Any]) -> QuerySet[Any]:
    summed: QuerySet[Any] = grouped.annotate(**{f"sum_{name}": each for name, each in _SUMS.items()})
    return summed


def _totals(values: Sequence[Any]) -> Totals:
    return Totals(**dict(zip(_SUMS, values, strict=True)))


def _key(by: By) -> Combinable:
    if by is By.MODEL:
        return Concat("provider", Value("/"), "model")
    return F(f"{by}_id")
