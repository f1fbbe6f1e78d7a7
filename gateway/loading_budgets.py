"""Of the configuration, the budgets that refuse. Blocking: run it in a thread."""

from costs.budgeting.limits import HardBudget, Limits
from costs.budgeting.money import nanos
from costs.models import Budget


def load_budgets() -> Limits:
    rows = Budget.objects.hard().select_related("tenant", "feature").order_by("pk")
    return Limits.of(_held(row) for row in rows)


def _held(row: Budget) -> HardBudget:
    tenant = None if row.tenant.is_operator else row.tenant_id
    return HardBudget(row.pk, tenant, row.feature_id, row.period, nanos(row.amount_usd), row.scope, row.counted_since)
