"""Which models and chains a feature asks: of its tenant with the most calls, what the last of these named."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from aiops.lib import uuid7
from costs.models import DailySpend
from gateway.models import ChainMember
from readiness.facts.traffic import DAYS
from tenants.models import Tenant

# By the key of calls, newest first: however many calls there are, so many are read of each feature.
_SAMPLE: Final = """
SELECT wanted.feature, recent.chain, recent.model_asked
FROM unnest(%(tenants)s::uuid[], %(features)s::uuid[]) AS wanted(tenant, feature) CROSS JOIN LATERAL (
  SELECT feature_id, chain, model_asked, model FROM costs_call
  WHERE tenant_id = wanted.tenant AND id >= %(first)s ORDER BY id DESC LIMIT 1000
) AS recent
WHERE recent.feature_id = wanted.feature AND recent.model <> '' GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Route:
    """What calls name; `members` are the models behind it in order, each with how often it is tried."""

    name: str
    is_chain: bool
    members: Sequence[ChainMember] = ()

    @property
    def is_retried(self) -> bool:
        return any(member.attempts > 1 for member in self.members)

    @property
    def has_secondary(self) -> bool:
        return len(self.members) > 1


def of_features(at: datetime) -> Mapping[UUID, Sequence[Route]]:
    chains: dict[str, list[ChainMember]] = defaultdict(list)
    for member in ChainMember.objects.select_related("chain", "model").order_by("position"):
        chains[member.chain.slug].append(member)
    found: dict[UUID, list[Route]] = defaultdict(list)
    for feature, chain, asked in sorted(_asked(at)):
        route = Route(chain, True, chains.get(chain, ())) if chain else Route(asked, False)
        if route not in found[feature]:
            found[feature].append(route)
    return found


def _asked(at: datetime) -> list[tuple[UUID, str, str]]:
    most = _busiest(at)
    values: dict[str, Any] = {
        "features": list(most),
        "tenants": list(most.values()),
        "first": uuid7.floor(at - timedelta(days=DAYS)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE, values)
        return list(cursor.fetchall())


def _busiest(at: datetime) -> Mapping[UUID, UUID]:
    """Of each feature the tenant that it has the most calls of."""
    today = at.date()
    rows = DailySpend.objects.filter(tenant__in=Tenant.objects.customers()).exclude(model="")
    recent = rows.between(today - timedelta(days=DAYS), today + timedelta(days=1))
    sums = recent.values_list("feature_id", "tenant_id").annotate(total=Sum("calls"))
    return {feature: tenant for feature, tenant, _ in sums.order_by("total")}
