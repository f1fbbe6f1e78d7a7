"""What each feature called lately: from roll-ups, without the console's own calls."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import F, Max, Q, Sum

from costs.models import DailySpend, HourlySpend
from costs.reports.periods import hour_of, midnight
from tenants.models import Tenant

DAYS: Final = 30
WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)


class Served(NamedTuple):
    """Calls of one feature that one model answered or was asked last for; no model: nobody was asked."""

    provider: str
    model: str
    simulated: bool
    calls: int
    errors: int
    stopped: int
    refused: int
    fallbacks: int
    unpriced: int
    input_tokens: int
    cached_tokens: int
    timed: int

    @property
    def answered(self) -> int:
        return self.calls - self.errors - self.stopped - self.refused

    @property
    def is_named(self) -> bool:
        return bool(self.model)


@dataclass(frozen=True, slots=True)
class Traffic:
    """Of one feature, of the last 30 days; `versions` of the last seven, answered calls by the hash they named."""

    served: Sequence[Served] = ()
    last_at: datetime | None = None
    last_stopped_at: datetime | None = None
    versions: Mapping[str, int] | None = None

    def total(self, name: str) -> int:
        return sum(int(getattr(each, name)) for each in self.served)

    @property
    def calls(self) -> int:
        return self.total("calls")

    @property
    def real_providers(self) -> list[str]:
        """Without those that only play one."""
        return sorted({each.provider for each in self.served if each.provider and not each.simulated})


def of_features(at: datetime) -> Mapping[UUID, Traffic]:
    served, days, stops = _served(at)
    versions, hours = _versions(at)
    return {
        feature: Traffic(
            served.get(feature, ()), hours.get(feature) or days.get(feature), stops.get(feature), versions.get(feature)
        )
        for feature in {*served, *versions}
    }


def _served(at: datetime) -> tuple[dict[UUID, list[Served]], dict[UUID, datetime], dict[UUID, datetime]]:
    tomorrow = at.date() + _DAY
    rows = DailySpend.objects.filter(_customers()).between(tomorrow - DAYS * _DAY, tomorrow)
    sums = rows.values_list("feature_id", "provider", "model", "simulated").annotate(
        Sum("calls"), Sum("errors"), Sum("stopped"), Sum("refused"), Sum("fallbacks"), Sum("unpriced_calls"),
        Sum("input_tokens"), Sum("cached_tokens"), Sum("timed_calls"), Max("day"),
        last_stopped=Max("day", filter=Q(stopped__gt=0)),
    )  # fmt: skip
    served: dict[UUID, list[Served]] = defaultdict(list)
    days: dict[UUID, datetime] = {}
    stops: dict[UUID, datetime] = {}
    for feature, *numbers, last, last_stopped in sums:
        served[feature].append(Served._make(numbers))
        days[feature] = max(days.get(feature, midnight(last)), midnight(last))
        if last_stopped is not None:
            stops[feature] = max(stops.get(feature, midnight(last_stopped)), midnight(last_stopped))
    return served, days, stops


def _versions(at: datetime) -> tuple[dict[UUID, dict[str, int]], dict[UUID, datetime]]:
    rows = HourlySpend.objects.filter(_customers()).between(hour_of(at - WEEK), at + _DAY)
    # What was turned away had not come as far as a prompt.
    asked = Sum(F("calls") - F("stopped") - F("refused"))
    sums = rows.values_list("feature_id", "prompt_version").annotate(asked=asked, last=Max("hour"))
    versions: dict[UUID, dict[str, int]] = defaultdict(dict)
    hours: dict[UUID, datetime] = {}
    for feature, version, calls, last in sums:
        versions[feature] |= {version: calls} if calls else {}
        hours[feature] = max(hours.get(feature, last), last)
    return versions, hours


def _customers() -> Q:
    return Q(tenant__in=Tenant.objects.customers())
