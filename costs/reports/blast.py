"""What a stop would end just now: shown before it is confirmed, and kept with it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from costs.reports.traffic import blast_radius as of_tenant
from costs.reports.traffic import traffic_by_feature
from killswitch.targets import Target
from tenants.models import Feature


@dataclass(frozen=True, slots=True)
class Blast:
    """None: nobody can tell."""

    calls_per_minute: float
    # Of the last fifteen minutes.
    people: int | None = None
    open_streams: int | None = None
    # Those with calls just now, busiest first.
    features: tuple[tuple[str, float], ...] = ()
    tenants: int | None = None
    spend_last_hour: Decimal | None = None
    unpriced_calls: int = 0
    writes_last_hour: int | None = None

    def as_record(self) -> Mapping[str, Any]:
        spend = self.spend_last_hour
        return {**asdict(self), "spend_last_hour": None if spend is None else str(spend)}


def blast_radius(target: Target, *, at: datetime) -> Blast:
    if target.tenant is None or target.subject:
        return Blast(0.0)
    found = of_tenant(target.tenant.pk, target.feature.pk if target.feature else None, at=at)
    busy = traffic_by_feature(target.tenant.pk, at) if target.feature is None else {}
    names = dict(Feature.objects.filter(pk__in=busy).values_list("pk", "name"))
    rates = sorted(
        ((names[pk], each.calls_per_minute) for pk, each in busy.items() if pk in names), key=lambda x: -x[1]
    )
    return Blast(**found, features=tuple(rates))
