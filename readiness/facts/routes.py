"""Which models and chains a feature asks: of its tenant with the most calls, what the last of these named."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from aiops.lib import uuid7
from gateway.models import ChainMember
from readiness.facts.callers import Callers, busiest
from readiness.facts.traffic import DAYS

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


def of_features(callers: Mapping[UUID, Callers], at: datetime) -> Mapping[UUID, Sequence[Route]]:
    chains: dict[str, list[ChainMember]] = defaultdict(list)
    for member in ChainMember.objects.select_related("chain", "model").order_by("position"):
        chains[member.chain.slug].append(member)
    found: dict[UUID, list[Route]] = defaultdict(list)
    for feature, chain, asked in sorted(_asked(callers, at)):
        route = Route(chain, True, chains.get(chain, ())) if chain else Route(asked, False)
        if route not in found[feature]:
            found[feature].append(route)
    return found


def _asked(callers: Mapping[UUID, Callers], at: datetime) -> list[tuple[UUID, str, str]]:
    most = {feature: tenant for feature, calls in callers.items() if (tenant := busiest(calls))}
    values: dict[str, Any] = {
        "features": list(most),
        "tenants": list(most.values()),
        "first": uuid7.floor(at - timedelta(days=DAYS)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE, values)
        return list(cursor.fetchall())
