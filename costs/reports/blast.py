"""What a stop would end just now, of every kind of target: from roll-ups, and from a bounded look at single calls."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, Sum

from costs.models import Call, EndUser, HourlySpend, MinuteTraffic
from costs.pricing import plain_text
from costs.reports.periods import hour_of
from killswitch.scopes import COUNTED, EVERYTHING, Scope
from killswitch.targets import Target
from tenants.models import OPERATOR, Feature, Process, Tenant

_RATE: Final = timedelta(minutes=5)
_LATELY: Final = timedelta(minutes=15)
_HOUR: Final = timedelta(hours=1)
# So many calls are looked at one by one: about 20 ms.
MOST_CALLS: Final = 50_000
_MOST_FEATURES: Final = 20

type Rates = Mapping[UUID, float]


@dataclass(frozen=True, slots=True)
class FeatureRate:
    slug: str
    name: str
    calls_per_minute: float | None


@dataclass(frozen=True, slots=True)
class Blast:
    """None: it cannot be told, which is not none."""

    # Mean of the last five full minutes; of very many calls of a shorter time.
    calls_per_minute: float | None = None
    # Beside them the console's own, of evals and drills; None: of one tenant alone.
    own_calls_per_minute: float | None = None
    # Seen in the last fifteen minutes.
    people: int | None = None
    # Under way in the gateways that answer.
    open_streams: int | None = None
    # That had calls since `since`, the busiest first.
    features: tuple[FeatureRate, ...] | None = None
    # Customers among them.
    tenants: int | None = None
    since: str | None = None
    # Exact; calls of unknown price are not in it.
    spend_usd: str | None = None
    unpriced_calls: int | None = None

    def as_record(self) -> dict[str, Any]:
        found = asdict(self)
        return {**found, "features": None if self.features is None else list(found["features"])}


@dataclass(frozen=True, slots=True)
class _Lately:
    features: tuple[UUID, ...]
    tenants: int
    since: datetime
    spend: Decimal
    unpriced: int


def blast(target: Target, calls: Q, *, at: datetime) -> Blast:
    """`calls`: those that it ends. Within the caller's scope.

    A customer's system answers none: of it only what is open is known.
    """
    streams = _open_streams(target, at)
    if target.scope == Scope.CONNECTION:
        return Blast(open_streams=streams)
    ours = Q(tenant__slug=OPERATOR)
    # Of what is over everybody, customers' calls: the console's own, of evals and drills, are nobody's who loses AI.
    chosen = calls & ~ours if target.tenant is None else calls
    rates, own = _rates(target, chosen, at), _rates(target, calls & ours, at) if target.tenant is None else None
    lately = _of_person(chosen, at) if target.scope == Scope.USER else _of_hours(chosen, at)
    return Blast(
        calls_per_minute=sum(rates.values()),
        own_calls_per_minute=None if own is None else sum(own.values()),
        people=_people(target, chosen, at),
        open_streams=streams,
        features=_features(lately.features, rates),
        tenants=lately.tenants,
        since=lately.since.isoformat(),
        spend_usd=plain_text(lately.spend),
        unpriced_calls=lately.unpriced,
    )


def _rates(target: Target, chosen: Q, at: datetime) -> Rates:
    # Counted by the minute, no single call needs to be looked at.
    return _by_minute(chosen, at) if target.scope in COUNTED else _by_call(chosen, at)


def _by_minute(chosen: Q, at: datetime) -> Rates:
    end = _minute(at)
    rows = MinuteTraffic.objects.filter(chosen, minute__gte=end - _RATE, minute__lt=end)
    return {pk: calls * 60 / _RATE.seconds for pk, calls in rows.values_list("feature_id").annotate(Sum("calls"))}


def _by_call(chosen: Q, at: datetime) -> Rates:
    """Of so many calls that five minutes of them are too many to look at, of as long as can be."""
    end = _minute(at)
    calls = _calls_between(end - _RATE, end)
    window = _RATE if calls <= MOST_CALLS else max(_RATE * MOST_CALLS / calls, timedelta(seconds=1))
    rows = Call.objects.filter(chosen).since(end - window).until(end).values_list("feature_id").annotate(Count("id"))
    return {pk: count * 60 / window.total_seconds() for pk, count in rows}


def _people(target: Target, chosen: Q, at: datetime) -> int | None:
    if target.scope in (Scope.GLOBAL, Scope.TENANT):
        return EndUser.objects.filter(chosen).seen_since(at - _LATELY).filter(seen_at__lte=at).count()
    if target.scope != Scope.USER and _calls_between(at - _LATELY, at) > MOST_CALLS:
        return None
    calls = Call.objects.filter(chosen).since(at - _LATELY).until(at)
    return int(calls.aggregate(people=Count("user_key", distinct=True))["people"])


def _calls_between(since: datetime, until: datetime) -> int:
    """Of the whole scope: what a look at single calls would have to read."""
    rows = MinuteTraffic.objects.filter(minute__gte=since, minute__lt=until)
    return int(rows.aggregate(calls=Sum("calls", default=0))["calls"])


def _of_hours(chosen: Q, at: datetime) -> _Lately:
    """Since the beginning of the hour before this one: the roll-ups know whole hours."""
    since = hour_of(at) - _HOUR
    rows = HourlySpend.objects.filter(chosen).between(since, hour_of(at) + _HOUR)
    customers = Q(tenant__in=Tenant.objects.customers())
    sums = rows.aggregate(
        spend=Sum("cost_usd", default=Decimal(0)),
        unpriced=Sum("unpriced_calls", default=0),
        tenants=Count("tenant", distinct=True, filter=customers),
    )
    features = tuple(rows.values_list("feature_id", flat=True).distinct())
    return _Lately(features, sums["tenants"], since, sums["spend"], sums["unpriced"])


def _of_person(chosen: Q, at: datetime) -> _Lately:
    since = at - _HOUR
    rows = Call.objects.filter(chosen).since(since).until(at)
    sums = rows.aggregate(
        spend=Sum("cost_usd", default=Decimal(0)), unpriced=Count("id", filter=Q(price_match="unpriced")),
        tenants=Count("tenant", distinct=True),
    )  # fmt: skip
    features = tuple(rows.values_list("feature_id", flat=True).distinct())
    return _Lately(features, sums["tenants"], since, sums["spend"], sums["unpriced"])


def _features(found: tuple[UUID, ...], rates: Rates) -> tuple[FeatureRate, ...]:
    named = Feature.objects.in_bulk(list({*found, *rates}))
    rows = [FeatureRate(each.slug, each.name, rates.get(pk, 0.0)) for pk, each in named.items()]
    return tuple(sorted(rows, key=lambda row: (-(row.calls_per_minute or 0.0), row.slug))[:_MOST_FEATURES])


def _open_streams(target: Target, at: datetime) -> int | None:
    answering = list(Process.objects.gateways().answering())
    if not answering:
        return None
    if target.key == EVERYTHING:
        return sum(process.open_calls for process in answering)
    return sum(int(process.open_streams.get(target.key, 0)) for process in answering)


def _minute(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(second=0, microsecond=0)
