"""What is going on right now, by tenant or by feature."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from django.db.models import Count, Max, Q, Sum

from costs.models import EndUser, HourlySpend, MinuteTraffic
from costs.reports.periods import hour_of
from costs.reports.within import within
from tenants.models import OPERATOR

HOURS: Final = 24
_RATE: Final = timedelta(minutes=5)
_LATELY: Final = timedelta(minutes=15)

type Key = Literal["tenant_id", "feature_id"]


@dataclass(frozen=True, slots=True)
class Traffic:
    # Mean of the last five full minutes.
    calls_per_minute: float
    # Of the last fifteen minutes' calls that were let through; None: there were none.
    error_rate: float | None
    # So many of them failed.
    errors: int
    # Seen in the last fifteen minutes; None: not known by feature.
    people: int | None
    # Calls an hour, the current one last.
    sparkline: tuple[int, ...]
    last_call_at: datetime | None
    # Of the last fifteen minutes' calls those that a stop refused.
    stopped: int = 0


@dataclass(frozen=True, slots=True)
class Lately:
    """Of `Traffic` what is counted by the minute."""

    calls_per_minute: float = 0.0
    error_rate: float | None = None
    errors: int = 0
    last_call_at: datetime | None = None
    stopped: int = 0


_NOTHING: Final = Lately()
_FLAT: Final = (0,) * HOURS


def traffic(tenants: Collection[UUID] | None, at: datetime) -> dict[UUID, Traffic]:
    """Every tenant that was asked for; without asking, those of the scope that called within a day."""
    chosen = within(tenants)
    recent, hours = _lately("tenant_id", chosen, at), _hours("tenant_id", chosen, at)
    return _joined(tenants, recent, hours, _people(chosen, at))


def glance(tenants: Collection[UUID], recent: Mapping[UUID, Lately], at: datetime) -> dict[UUID, Traffic]:
    """Of these, where what was counted lately is known already."""
    chosen = within(tenants)
    return _joined(tenants, recent, _hours("tenant_id", chosen, at), _people(chosen, at))


def lately(at: datetime) -> dict[UUID, Lately]:
    """Every customer of the scope that called within a quarter of an hour: cheap for ten thousand of them."""
    return _lately("tenant_id", within(None) & ~Q(tenant__slug=OPERATOR), at, back=_LATELY)


def traffic_by_feature(tenant: UUID, at: datetime) -> dict[UUID, Traffic]:
    """Features of one tenant that called within a day."""
    chosen = Q(tenant_id=tenant)
    return _joined(None, _lately("feature_id", chosen, at), _hours("feature_id", chosen, at), None)


def _people(chosen: Q, at: datetime) -> dict[UUID, int]:
    seen = EndUser.objects.filter(chosen).seen_since(at - _LATELY).filter(seen_at__lte=at)
    return dict(seen.values_list("tenant_id").annotate(Count("key")))


def _joined(
    asked: Iterable[UUID] | None,
    lately: Mapping[UUID, Lately],
    hours: dict[UUID, tuple[int, ...]],
    people: dict[UUID, int] | None,
) -> dict[UUID, Traffic]:
    keys = set(asked) if asked is not None else set(lately) | set(hours)
    found = {}
    for key in keys:
        recent = lately.get(key, _NOTHING)
        seen = people.get(key, 0) if people is not None else None
        found[key] = Traffic(
            recent.calls_per_minute, recent.error_rate, recent.errors, seen, hours.get(key, _FLAT),
            recent.last_call_at, recent.stopped,
        )  # fmt: skip
    return found


def _lately(key: Key, chosen: Q, at: datetime, *, back: timedelta = timedelta(hours=HOURS)) -> dict[UUID, Lately]:
    minute = at.astimezone(UTC).replace(second=0, microsecond=0)
    full = Q(minute__gte=minute - _RATE, minute__lt=minute)
    recent = Q(minute__gt=minute - _LATELY)
    kept = MinuteTraffic.objects.filter(chosen, minute__gt=minute - back, minute__lte=minute)
    rows = kept.values_list(key).annotate(
        in_five=Sum("calls", filter=full, default=0),
        lately=Sum("calls", filter=recent, default=0),
        failed=Sum("errors", filter=recent, default=0),
        switched_off=Sum("stopped", filter=recent, default=0),
        last=Max("last_at"),
    )
    return {
        found: Lately(calls * 60 / _RATE.seconds, _share(errors, several - stopped), errors, last_at, stopped)
        for found, calls, several, errors, stopped, last_at in rows
    }


def _hours(key: Key, chosen: Q, at: datetime) -> dict[UUID, tuple[int, ...]]:
    hour = hour_of(at)
    first = hour - timedelta(hours=HOURS - 1)
    rows = HourlySpend.objects.filter(chosen).between(first, hour + timedelta(hours=1))
    counts: dict[UUID, list[int]] = defaultdict(lambda: [0] * HOURS)
    for found, when, calls in rows.values_list(key, "hour").annotate(Sum("calls")):
        counts[found][int((when - first) / timedelta(hours=1))] = calls
    return {found: tuple(each) for found, each in counts.items()}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole > 0 else None
