"""How much of a feature's calls budgets are over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from costs.models import Budget
from readiness.facts.callers import Callers


@dataclass(frozen=True, slots=True)
class Cover:
    # The operator's, over everything or over the feature of all tenants: whoever calls next is under them.
    of_all: Sequence[Budget]
    # Tenants with calls in 30 days that have a budget of their own over them, and those calls.
    tenants: int
    calls: int
    all_tenants: int
    all_calls: int

    @property
    def is_whole(self) -> bool:
        return bool(self.of_all)

    @property
    def share(self) -> float:
        return self.calls / self.all_calls if self.all_calls else 0


def of_feature(feature: UUID, budgets: Iterable[Budget], callers: Callers) -> Cover:
    over = [each for each in budgets if each.feature_id in (None, feature)]
    budgeted = {each.tenant_id for each in over}
    covered = {tenant: calls for tenant, calls in callers.items() if tenant in budgeted}
    return Cover(
        [each for each in over if each.tenant.is_operator],
        len(covered),
        sum(calls.made for calls in covered.values()),
        len(callers),
        sum(calls.made for calls in callers.values()),
    )
