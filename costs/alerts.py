"""Telling that a budget is nearly used up, or used up: once a threshold, period and amount."""

import logging
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from costs.models import BudgetAlert
from costs.pricing import plain_text
from costs.reports import BudgetStanding, budgets

log = logging.getLogger(__name__)

# Percent.
THRESHOLDS: Final = (80, 100)


def tell_thresholds(*, at: datetime) -> int:
    """How many are new. By what is recorded, so that a soft budget tells as a hard one does."""
    passed = [_alert(each, threshold, at) for each in budgets(at) for threshold in THRESHOLDS if _has(each, threshold)]
    known = set(
        BudgetAlert.objects.filter(period_start__in={alert.period_start for alert in passed}).values_list(
            "budget_id", "period_start", "threshold", "amount_usd"
        )
    )
    fresh = [each for each in passed if _key(each) not in known]
    told = [alert for alert in fresh if _tell(alert)]
    return len(told)


def _has(standing: BudgetStanding, threshold: int) -> bool:
    return standing.used * 100 >= threshold


def _alert(standing: BudgetStanding, threshold: int, at: datetime) -> BudgetAlert:
    budget = standing.budget
    return BudgetAlert(
        tenant=budget.tenant,
        budget=budget,
        period_start=standing.start,
        threshold=threshold,
        spent_usd=standing.spent,
        amount_usd=budget.amount_usd,
        at=at,
    )


def _key(alert: BudgetAlert) -> tuple[UUID, datetime, int, Decimal]:
    return alert.budget_id, alert.period_start, alert.threshold, alert.amount_usd


def _tell(alert: BudgetAlert) -> bool:
    """False if another worker told it meanwhile, or the budget is gone."""
    _, is_new = BudgetAlert.objects.get_or_create(
        budget=alert.budget,
        period_start=alert.period_start,
        threshold=alert.threshold,
        amount_usd=alert.amount_usd,
        defaults={"tenant": alert.tenant, "spent_usd": alert.spent_usd, "at": alert.at},
    )
    if is_new:
        log.warning(
            "budget.threshold percent=%d budget=%s tenant=%s kind=%s spent_usd=%s amount_usd=%s",
            alert.threshold,
            alert.budget_id,
            alert.tenant.slug,
            alert.budget.kind,
            plain_text(alert.spent_usd),
            plain_text(alert.amount_usd),
        )
    return is_new
