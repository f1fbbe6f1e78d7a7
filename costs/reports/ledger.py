"""What the roll-ups hold: sums by key, and spend by day. Whole days come from the daily ones, the edges by hour."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, DateField, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, Greatest, TruncDay

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
    "kept_calls": Sum("kept_calls"),
    "input_tokens": Sum("input_tokens"),
    "cached_tokens": Sum("cached_tokens"),
    "output_tokens": Sum("output_tokens"),
    # A call that failed may have no price either: a row is of one model, so where all are unpriced none is left.
    "priced": Sum(
        Greatest(F("calls") - F("stopped") - F("refused") - F("errors") - F("unpriced_calls") - F("kept_calls"), 0)
    ),
}
EVERY: Final = tuple(_SUMS)
# What a budget asks for; each further sum costs its share of a page.
MONEY: Final = ("spend", "unpriced_calls")


def sums(chosen: Q, by: By, *periods: Period, wanted: Sequence[str] = EVERY) -> list[dict[Key, Totals]]:
    """Of each of these periods, none of which overlaps another. As many queries for two as for one."""
    found: list[dict[Key, Totals]] = [defaultdict(lambda: NOTHING) for _ in periods]
    for rows in _sources(chosen, *periods):
        for place, key, *values in _summed(rows.annotate(found=_key(by)).values_list("place", "found"), wanted):
            found[place][key] += _totals(wanted, values)
    return [dict(each) for each in found]


def sums_of_features(chosen: Q, period: Period, *, wanted: Sequence[str]) -> dict[UUID, dict[Key, Totals]]:
    """By tenant, then by feature."""
    found: dict[UUID, dict[Key, Totals]] = defaultdict(lambda: defaultdict(lambda: NOTHING))
    for rows in _sources(chosen, period):
        for tenant, feature, *values in _summed(rows.values_list("tenant_id", "feature_id"), wanted):
            found[tenant][feature] += _totals(wanted, values)
    return found


def sums_by(
    chosen: Q, period: Period, fields: Sequence[str], *, wanted: Sequence[str]
) -> dict[tuple[Key, ...], Totals]:
    """By the values of these columns together."""
    found: dict[tuple[Key, ...], Totals] = defaultdict(lambda: NOTHING)
    for rows in _sources(chosen, period):
        for row in _summed(rows.values_list(*fields), wanted):
            found[tuple(row[: len(fields)])] += _totals(wanted, row[len(fields) :])
    return dict(found)


def sums_of_versions(chosen: Q, period: Period, *, wanted: Sequence[str]) -> dict[str, Totals]:
    """By the hash of the version of a prompt that was rendered; only the hourly roll-ups know it."""
    rows = HourlySpend.objects.filter(chosen).between(period.since, period.until).exclude(prompt_version="")
    return {
        version: _totals(wanted, values) for version, *values in _summed(rows.values_list("prompt_version"), wanted)
    }


def daily(chosen: Q, by: By, keys: Sequence[Key] | None, *periods: Period) -> list[Days]:
    """Spend a day: in the first period of each of these keys, and of all others together under None; None: of all keys.

    In the other periods all of it is under None. Days without calls are left out.
    """
    is_shown = Q(place=0) if keys is None else Q(place=0, found__in=list(keys)) if keys else Q(pk__in=[])
    series = Case(When(is_shown, then=F("found")), default=Value(None))
    days: list[dict[date, dict[Key | None, Decimal]]] = [defaultdict(lambda: defaultdict(Decimal)) for _ in periods]
    for rows in _sources(chosen, *periods):
        grouped = rows.annotate(found=_key(by)).annotate(series=series).values_list("place", "on", "series")
        for place, day, key, spend in grouped.annotate(Sum("cost_usd")):
            days[place][day][key] += spend
    return list(days)


def daily_of_features(chosen: Q, period: Period) -> dict[UUID, Days]:
    """Spend by tenant, then by day and feature. Days without calls are left out."""
    found: dict[UUID, dict[date, dict[Key | None, Decimal]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(Decimal))
    )
    for rows in _sources(chosen, period):
        for tenant, day, feature, spend in rows.values_list("tenant_id", "on", "feature_id").annotate(Sum("cost_usd")):
            found[tenant][day][feature] += spend
    return dict(found)


def begun(chosen: Q) -> date | None:
    """The first day of which anything is recorded."""
    days = DailySpend.objects.filter(chosen).order_by("day").values_list("day", flat=True)
    return days.first()


def _sources(chosen: Q, *periods: Period) -> Iterable[QuerySet[Any]]:
    """Roll-up rows of the periods, each with the `place` of its period among them and the day it is `on`."""
    days = [(place, period.whole_days) for place, period in enumerate(periods)]
    whole = [(place, Q(day__gte=first, day__lt=end)) for place, (first, end) in days if first < end]
    edges = [
        (place, Q(hour__gte=edge.since, hour__lt=edge.until))
        for place, period in enumerate(periods)
        for edge in period.edges
    ]
    if whole:
        yield _placed(DailySpend.objects.filter(chosen), whole).annotate(on=F("day"))
    if edges:
        yield _placed(HourlySpend.objects.filter(chosen), edges).annotate(on=Cast(TruncDay("hour"), DateField()))


def _placed(rows: QuerySet[Any], pieces: Sequence[tuple[int, Q]]) -> QuerySet[Any]:
    *others, (last, _) = pieces
    of_period = (When(piece, then=Value(place)) for place, piece in others)
    within_any = reduce(or_, (piece for _, piece in pieces))
    place = Case(*of_period, default=Value(last), output_field=IntegerField())
    placed: QuerySet[Any] = rows.filter(within_any).annotate(place=place)
    return placed


def _summed(grouped: QuerySet[Any], wanted: Sequence[str]) -> QuerySet[Any]:
    summed: QuerySet[Any] = grouped.annotate(**{f"sum_{name}": _SUMS[name] for name in wanted})
    return summed


def _totals(wanted: Sequence[str], values: Sequence[Any]) -> Totals:
    return Totals(**dict(zip(wanted, values, strict=True)))


def _key(by: By) -> Combinable:
    if by is By.MODEL:
        return Concat("provider", Value("/"), "model")
    return F(f"{by}_id")
