"""The hard budgets as a gateway holds them: which apply to a call, and what their counters are called. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple, Self
from uuid import UUID

from costs.budgeting import periods


@dataclass(frozen=True, slots=True)
class HardBudget:
    """Without a tenant it is over all tenants, without a feature over all features."""

    id: UUID
    tenant: UUID | None
    feature: UUID | None
    period: str
    # In nano-dollars.
    limit: int
    # As its callers know it.
    scope: str
    counted_since: datetime

    def counter(self, at: datetime) -> "Counter":
        start = periods.start(self.period, at)
        since = int(self.counted_since.timestamp() * 1000)
        return Counter(f"{self.id.hex}.{since}.{start:%Y%m%d}", self, start, periods.end(self.period, at))


class Counter(NamedTuple):
    """What is counted for one budget in one period."""

    name: str
    budget: HardBudget
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Limits:
    by_scope: Mapping[tuple[UUID | None, UUID | None], tuple[HardBudget, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, budgets: Iterable[HardBudget]) -> Self:
        found: defaultdict[tuple[UUID | None, UUID | None], list[HardBudget]] = defaultdict(list)
        for budget in budgets:
            found[budget.tenant, budget.feature].append(budget)
        return cls({scope: tuple(each) for scope, each in found.items()})

    def over(self, tenant: UUID, feature: UUID, *, at: float) -> list[Counter]:
        """Of every budget that this call falls under, the narrowest first. Read by every gateway call."""
        if not self.by_scope:
            return []
        scopes = ((tenant, feature), (tenant, None), (None, feature), (None, None))
        found = [budget for scope in scopes for budget in self.by_scope.get(scope, ())]
        if not found:
            return []
        moment = datetime.fromtimestamp(at, UTC)
        return [budget.counter(moment) for budget in found]

    def counters(self, *, at: datetime) -> list[Counter]:
        return [budget.counter(at) for budgets in self.by_scope.values() for budget in budgets]
