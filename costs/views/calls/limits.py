"""Which hard budgets a refused call ran into, as far as the budgets tell."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from costs.models import Budget, Call
from costs.records import Outcome
from costs.reports import BudgetStanding, budgets
from killswitch.standing import covers
from tenants.models import OPERATOR
from tenants.permissions import Permission
from tenants.principals import Principal


def hard_budgets_over(call: Call, *, reader: Principal, at: datetime) -> Sequence[BudgetStanding]:
    """Those that cover it and that the reader may see, the fullest first; none of a call that no budget refused."""
    if call.outcome != Outcome.OVER_BUDGET or not covers(reader.over(Permission.SPEND_READ), call.tenant_id):
        return []
    whose = Q(tenant=call.tenant_id) | Q(tenant__slug=OPERATOR)
    rows = Budget.objects.hard().filter(whose, Q(feature=None) | Q(feature=call.feature_id))
    return sorted(budgets(at, rows.select_related("tenant", "feature")), key=lambda standing: -standing.used)
