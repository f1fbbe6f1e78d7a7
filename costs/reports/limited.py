"""Budgets with what only the Budgets page and the API ask for: what is held, what was refused, what was told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Count

from costs.budgeting.counting import held, held_by
from costs.budgeting.money import usd
from costs.models import Budget, BudgetAlert, Call
from costs.records import Outcome
from costs.reports.budgets import BudgetStanding, budgets
from costs.reports.within import within
from tenants.models import OPERATOR

# As long as the longest month. Of a budget that never begins anew, all calls since the first would be read each time.
REFUSED_WITHIN: Final = timedelta(days=31)

_DAY: Final = timedelta(days=1)

type Refused = Mapping[tuple[UUID, UUID], int]


@dataclass(frozen=True, slots=True)
class LimitedStanding:
    standing: BudgetStanding
    # For calls under way; None: of a soft budget nothing is held, or nobody can tell.
    held: Decimal | None
    # Calls in its scope that were refused in this period, of the last 31 days at most, be it for another budget.
    refused: int
    # Of its present amount.
    alerts: Sequence[BudgetAlert]


def limited(at: datetime, rows: Iterable[Budget] | None = None) -> list[LimitedStanding]:
    standings = budgets(at, rows)
    amounts, told = _held(standings, at), _alerts(standings)
    counts = {start: _refused(max(start, at - REFUSED_WITHIN)) for start in {each.start for each in standings}}
    return [
        LimitedStanding(
            each,
            amounts.get(each.budget.pk),
            _sum(each.budget, counts[each.start]),
            [alert for alert in told[each.budget.pk, each.start] if alert.amount_usd == each.budget.amount_usd],
        )
        for each in standings
    ]


def _held(standings: Sequence[BudgetStanding], at: datetime) -> Mapping[UUID, Decimal]:
    counters = [held_by(each.budget).counter(at) for each in standings if each.budget.is_hard]
    found = held(counters)
    return {} if found is None else {each.budget.id: usd(found[each.name]) for each in counters}


def refused_by_budget(at: datetime) -> Mapping[UUID, int]:
    """Customers' calls of the last day that a hard budget refused, by tenant; one query for all."""
    rows = Call.objects.filter(within(None), outcome=Outcome.OVER_BUDGET).exclude(tenant__slug=OPERATOR)
    return dict(rows.since(at - _DAY).values_list("tenant_id").annotate(calls=Count("id")))


def _refused(start: datetime) -> Refused:
    rows = Call.objects.filter(within(None), outcome=Outcome.OVER_BUDGET).since(start)
    counted = rows.values_list("tenant_id", "feature_id").annotate(calls=Count("id"))
    return {(tenant, feature): calls for tenant, feature, calls in counted}


def _sum(budget: Budget, refused: Refused) -> int:
    return sum(
        count
        for (tenant, feature), count in refused.items()
        if (budget.tenant.is_operator or tenant == budget.tenant_id) and budget.feature_id in (None, feature)
    )


def _alerts(standings: Sequence[BudgetStanding]) -> Mapping[tuple[UUID, datetime], list[BudgetAlert]]:
    found: defaultdict[tuple[UUID, datetime], list[BudgetAlert]] = defaultdict(list)
    chosen = {each.budget.pk for each in standings}, {each.start for each in standings}
    for alert in BudgetAlert.objects.filter(budget__in=chosen[0], period_start__in=chosen[1]).order_by("threshold"):
        found[alert.budget_id, alert.period_start].append(alert)
    return found
