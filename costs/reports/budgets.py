"""How the budgets of a month stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from costs.models import Budget
from costs.reports import ledger, periods
from costs.reports.ledger import MONEY, By, Key
from costs.reports.periods import Period
from costs.reports.totals import NOTHING, Totals
from costs.reports.within import within

type OfFeatures = Mapping[Key, Totals]


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
    """All budgets of the scope; the operator's own is over every tenant in it. As many queries for many as for few."""
    rows = list(Budget.objects.select_related("tenant", "feature").order_by("tenant__slug", "feature__slug"))
    month = Period(periods.month_start(at), periods.next_month(at))
    customers = {row.tenant_id for row in rows if not row.tenant.is_operator}
    theirs = ledger.sums_of_features(within(customers), month, wanted=MONEY) if customers else {}
    is_over_all = any(row.tenant.is_operator for row in rows)
    [everything] = ledger.sums(within(None), By.FEATURE, month, wanted=MONEY) if is_over_all else [{}]
    return [_standing(row, everything if row.tenant.is_operator else theirs.get(row.tenant_id, {})) for row in rows]


def _standing(budget: Budget, spent: OfFeatures) -> BudgetStanding:
    total = sum(_covered(budget, spent), NOTHING)
    return BudgetStanding(budget, total.spend, total.unpriced_calls)


def _covered(budget: Budget, spent: OfFeatures) -> Iterable[Totals]:
    if budget.feature_id is None:
        return spent.values()
    return [spent[budget.feature_id]] if budget.feature_id in spent else []
