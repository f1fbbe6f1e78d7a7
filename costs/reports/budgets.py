"""How the budgets stand, each in its own period."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from costs.budgeting import periods
from costs.models import Budget
from costs.reports import ledger
from costs.reports.ledger import MONEY, By, Key
from costs.reports.periods import Period
from costs.reports.totals import NOTHING, Totals
from costs.reports.within import within

type OfFeatures = Mapping[Key, Totals]
# Before so much of a period is over, its pace says nothing.
_LEAST_SHARE: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class BudgetStanding:
    budget: Budget
    # In this period so far, of the calls that the budget is over.
    spent: Decimal
    unpriced_calls: int
    start: datetime
    # None: it never begins anew.
    end: datetime | None
    at: datetime

    @property
    def used(self) -> Decimal:
        return self.spent / self.budget.amount_usd

    @property
    def left(self) -> Decimal:
        return max(Decimal(0), self.budget.amount_usd - self.spent)

    @property
    def at_this_pace(self) -> Decimal | None:
        """What the whole period will cost if it goes on like this; None: nobody can tell."""
        if self.end is None:
            return None
        share = Decimal((self.at - self.start).total_seconds()) / Decimal((self.end - self.start).total_seconds())
        return self.spent / share if share >= _LEAST_SHARE else None


def budgets(at: datetime, rows: Iterable[Budget] | None = None) -> list[BudgetStanding]:
    """These, with tenant and feature, or all of the scope; the operator's own is over every tenant in it. For each
    kind of period as many queries for many as for few."""
    if rows is None:
        rows = Budget.objects.select_related("tenant", "feature").order_by("tenant__slug", "feature__slug", "period")
    rows = list(rows)
    found = {standing.budget.pk: standing for name in {row.period for row in rows} for standing in _of(name, rows, at)}
    return [found[row.pk] for row in rows]


def _of(name: str, rows: Sequence[Budget], at: datetime) -> Iterable[BudgetStanding]:
    mine = [row for row in rows if row.period == name]
    start, end = periods.start(name, at), periods.end(name, at)
    # A month was always read to its end: a call may bear a time a moment ahead of ours.
    whole = Period(start, end or periods.end("day", at) or at)
    customers = {row.tenant_id for row in mine if not row.tenant.is_operator}
    theirs: Mapping[UUID, OfFeatures] = (
        ledger.sums_of_features(within(customers), whole, wanted=MONEY) if customers else {}
    )
    is_over_all = any(row.tenant.is_operator for row in mine)
    [everything] = ledger.sums(within(None), By.FEATURE, whole, wanted=MONEY) if is_over_all else [{}]
    for row in mine:
        total = sum(_covered(row, everything if row.tenant.is_operator else theirs.get(row.tenant_id, {})), NOTHING)
        yield BudgetStanding(row, total.spend, total.unpriced_calls, start, end, at)


def _covered(budget: Budget, spent: OfFeatures) -> Iterable[Totals]:
    if budget.feature_id is None:
        return spent.values()
    return [spent[budget.feature_id]] if budget.feature_id in spent else []
