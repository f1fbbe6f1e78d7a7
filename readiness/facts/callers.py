"""Whose calls a feature's are: of the last 30 days, from roll-ups."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Q, Sum

from costs.models import DailySpend
from readiness.facts.traffic import DAYS
from tenants.models import Tenant


class Calls(NamedTuple):
    made: int
    # Of them those that a model was asked for.
    asked: int


_ASKED: Final = Sum("calls", filter=~Q(model=""))
# By the tenant that made them.
type Callers = Mapping[UUID, Calls]


def of_features(at: datetime) -> Mapping[UUID, Callers]:
    today = at.date()
    rows = DailySpend.objects.filter(tenant__in=Tenant.objects.customers())
    recent = rows.between(today - timedelta(days=DAYS), today + timedelta(days=1))
    sums = recent.values_list("feature_id", "tenant_id").annotate(made=Sum("calls"), asked=_ASKED)
    found: dict[UUID, dict[UUID, Calls]] = defaultdict(dict)
    for feature, tenant, made, asked in sums:
        found[feature][tenant] = Calls(made, asked or 0)
    return found


def busiest(callers: Callers) -> UUID | None:
    """The tenant with the most calls that a model was asked for."""
    asked = {tenant: calls.asked for tenant, calls in callers.items() if calls.asked}
    return max(asked, key=asked.__getitem__, default=None)
