"""How the budgets of a month stand."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db.models import Sum

from costs.models import Budget, HourlySpend
from costs.reports import periods
from costs.reports.within import within

_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class BudgetStanding:
    budget: Budget
    # This month so far, of the calls that the budget is over.
    spent: Decimal
    unpriced_calls: int

    @property
    def used(self) -> Decimal:
        return self.spent / self.budget.amount_usd


def budgets(at: datetime) -> list[BudgetStanding]:
    """All budgets of the scope; the operator's own is over every tenant in it."""
    rows = Budget.objects.select_related("tenant", "feature").order_by("tenant__slug", "feature__slug")
    return [_standing(budget, at) for budget in rows]


def _standing(budget: Budget, at: datetime) -> BudgetStanding:
    spend = HourlySpend.objects.filter(within(None if budget.tenant.is_operator else [budget.tenant_id]))
    if budget.feature_id is not None:
        spend = spend.filter(feature_id=budget.feature_id)
    found = spend.between(periods.month_start(at), periods.next_month(at)).aggregate(
        spent=Sum("cost_usd", default=_ZERO), unpriced=Sum("unpriced_calls", default=0)
    )
    return BudgetStanding(budget, found["spent"], found["unpriced"])
