"""Of the configuration, the budgets that refuse. Blocking: run it in a thread."""

from costs.budgeting.counting import held_by
from costs.budgeting.limits import Limits
from costs.models import Budget


def load_budgets() -> Limits:
    return Limits.of(held_by(row) for row in Budget.objects.hard().select_related("tenant", "feature").order_by("pk"))
