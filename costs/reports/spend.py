"""Spend of some days by feature, tenant or model, beside the days before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Q

from costs.reports import ledger
from costs.reports.changes import Change, change_of
from costs.reports.expecting import expected, looked_at
from costs.reports.forecast import Forecast
from costs.reports.ledger import By, Days, Key
from costs.reports.periods import Period
from costs.reports.spared import spared
from costs.reports.totals import NOTHING, Totals
from costs.reports.within import within
from tenants.models import Feature, Tenant

# So many keys have a series of their own; a chart has no more colours.
SERIES: Final = 5
# So many rows have their days; further down nobody looks at a trend.
TRENDS: Final = 50
_ZERO: Final = Decimal(0)

_HOUR: Final = timedelta(hours=1)

type Names = Mapping[Key, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SpendRow:
    key: Key
    # For addresses: the slug, or provider/model.
    slug: str
    label: str
    now: Totals
    before: Totals
    # Of the total spend; None when there is none.
    share: Decimal | None
    # One a day of the period; empty beyond the first rows.
    daily: tuple[Decimal, ...]
    # About, by answers given again; None when that cannot be told.
    spared: Decimal | None

    @property
    def is_simulated(self) -> bool:
        return self.now.simulated_calls > 0


@dataclass(frozen=True, slots=True)
class Series:
    """A layer of the chart; without a key it is everything else."""

    key: Key | None
    label: str
    values: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class SpendReport:
    by: By
    period: Period
    previous: Period
    # Dearest first.
    rows: tuple[SpendRow, ...]
    total: Totals
    before: Totals
    # They add up to each day's spend.
    series: tuple[Series, ...]
    # Of the previous period, by its own days.
    previous_daily: tuple[Decimal, ...]
    # Largest first; they add up to `delta`.
    what_changed: tuple[Change[Key], ...]
    # Of the month that is running; None when it is past, under a week is known, or no price is.
    forecast: Forecast | None
    # Where that is later than the first day of the previous period.
    records_begin: date | None

    @property
    def spared(self) -> Decimal | None:
        """About, by answers given again; None when that cannot be told of any."""
        known = [row.spared for row in self.rows if row.now.kept_calls and row.spared is not None]
        return sum(known, _ZERO) if known or not self.total.kept_calls else None

    @property
    def is_comparable(self) -> bool:
        """Part of a period beside a whole one would say nothing."""
        return self.before.calls > 0 and self.records_begin is None

    @property
    def delta(self) -> Decimal:
        return self.total.spend - self.before.spend

    @property
    def days(self) -> tuple[date, ...]:
        return self.period.days


def spend(
    since: datetime,
    until: datetime,
    by: By | str = By.FEATURE,
    *,
    at: datetime | None = None,
    tenant: UUID | None = None,
    feature: UUID | None = None,
    model: str | None = None,
    environment: str | None = None,
    simulated: bool | None = None,
    compare: bool = True,
) -> SpendReport:
    """`at` is now, `until` unless given; `model` is a name, or provider/model. `compare`: with the days before."""
    by, at, period = By(by), (at or until).astimezone(UTC), Period(since.astimezone(UTC), until.astimezone(UTC))
    previous = period.before()
    tenants = within(None if tenant is None else [tenant])
    chosen = _chosen(tenants, feature, model, environment, simulated)
    compared = (period, previous) if compare else (period,)
    now, before = _two(ledger.sums(chosen, by, *compared))
    total = _total(now)
    ranked = _ranked(now, before)
    names = _names(by, ranked)
    shown = ranked[:TRENDS] if len(ranked) > TRENDS else None
    by_kept = spared(chosen, period, by) if total.kept_calls else {}
    days, days_before = _two(ledger.daily(chosen, by, shown, *compared))
    return SpendReport(
        by=by,
        period=period,
        previous=previous,
        rows=_rows(ranked, names, now, before, days, period, total, by_kept),
        total=total,
        before=_total(before),
        series=_series(ranked, names, days, period),
        previous_daily=_by_day(days_before, previous.days),
        what_changed=_what_changed(ranked, names, now, before) if compare else (),
        forecast=_known(_forecast(chosen, at), total) if period.since <= at <= period.until + _HOUR else None,
        records_begin=_records_begin(tenants, previous),
    )


def _two[K, V](found: Sequence[Mapping[K, V]]) -> tuple[Mapping[K, V], Mapping[K, V]]:
    """What is not compared with anything had nothing before."""
    return (found[0], found[1]) if len(found) > 1 else (found[0], {})


def _records_begin(tenants: Q, previous: Period) -> date | None:
    """Of the tenants, whatever else was chosen: a feature that came later had no spend before."""
    begun = ledger.begun(tenants)
    return begun if begun and begun > previous.since.date() else None


def _chosen(chosen: Q, feature: UUID | None, model: str | None, environment: str | None, simulated: bool | None) -> Q:
    if feature is not None:
        chosen &= Q(feature_id=feature)
    if model is not None:
        provider, _, name = model.partition("/")
        chosen &= Q(model=model) | Q(provider=provider, model=name)
    if environment is not None:
        chosen &= Q(environment=environment)
    return chosen if simulated is None else chosen & Q(simulated=simulated)


def _names(by: By, keys: Iterable[Key]) -> dict[Key, tuple[str, str]]:
    """Slug and label of each; of what was deleted the id must do."""
    if by is By.MODEL:
        return {key: (str(key), str(key).partition("/")[2]) for key in keys}
    model = Feature if by is By.FEATURE else Tenant
    found: dict[Key, tuple[str, str]] = {
        pk: (slug, name) for pk, slug, name in model.objects.filter(pk__in=list(keys)).values_list("pk", "slug", "name")
    }
    return {key: found.get(key, (str(key), str(key))) for key in keys}


def _ranked(now: Mapping[Key, Totals], before: Mapping[Key, Totals]) -> list[Key]:
    """Dearest first; those without a price by their calls."""
    keys = {key: now.get(key, NOTHING) for key in (*now, *before)}
    return sorted(keys, key=lambda key: (-keys[key].spend, -keys[key].calls, str(key)))


def _rows(
    ranked: Sequence[Key],
    names: Names,
    now: Mapping[Key, Totals],
    before: Mapping[Key, Totals],
    days: Days,
    period: Period,
    total: Totals,
    by_kept: Mapping[Key, Decimal],
) -> tuple[SpendRow, ...]:
    rows = []
    for place, key in enumerate(ranked):
        mine = now.get(key, NOTHING)
        share = mine.spend / total.spend if total.spend else None
        trend = _of_key(days, key, period.days) if place < TRENDS else ()
        is_told = key in by_kept or not mine.kept_calls
        kept = by_kept.get(key, _ZERO) if is_told else None
        rows.append(SpendRow(key, *names[key], mine, before.get(key, NOTHING), share, trend, kept))
    return tuple(rows)


def _series(ranked: Sequence[Key], names: Names, days: Days, period: Period) -> tuple[Series, ...]:
    series = [Series(key, names[key][1], _of_key(days, key, period.days)) for key in ranked[:SERIES]]
    if len(ranked) <= SERIES:
        return tuple(series)
    shown = [sum(values, _ZERO) for values in zip(*(each.values for each in series), strict=True)]
    rest = (whole - part for whole, part in zip(_by_day(days, period.days), shown, strict=True))
    return (*series, Series(None, "Everything else", tuple(rest)))


def _what_changed(
    ranked: Sequence[Key], names: Names, now: Mapping[Key, Totals], before: Mapping[Key, Totals]
) -> tuple[Change[Key], ...]:
    changes = (change_of(key, names[key][1], now.get(key, NOTHING), before.get(key, NOTHING)) for key in ranked)
    return tuple(sorted(changes, key=lambda change: (-abs(change.delta), change.label)))


def _forecast(chosen: Q, at: datetime) -> Forecast | None:
    [known] = ledger.daily(chosen, By.FEATURE, (), looked_at(at))
    return expected({day: _spend_of(known, day) for day in known}, at)


def _known(forecast: Forecast | None, total: Totals) -> Forecast | None:
    """Of calls that never had a price there is nothing to foretell."""
    return None if forecast and not forecast.high and total.is_unknown else forecast


def _total(parts: Mapping[Key, Totals]) -> Totals:
    return sum(parts.values(), NOTHING)


def _of_key(days: Days, key: Key, shown: Iterable[date]) -> tuple[Decimal, ...]:
    return tuple(days.get(day, {}).get(key, _ZERO) for day in shown)


def _by_day(days: Days, shown: Iterable[date]) -> tuple[Decimal, ...]:
    return tuple(_spend_of(days, day) for day in shown)


def _spend_of(days: Days, day: date) -> Decimal:
    return sum(days.get(day, {}).values(), _ZERO)
