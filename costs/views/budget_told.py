"""A budget in a sentence."""

from aiops.lib.figures import money
from costs.models import Budget


def told(budget: Budget) -> str:
    whose = "everything" if budget.tenant.is_operator and not budget.feature else budget.scope
    return f"{money(budget.amount_usd)} {budget.span} for {whose}, {budget.kind}"
