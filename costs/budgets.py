"""Declaring what may be spent."""

from datetime import datetime
from decimal import Decimal

from costs.models import Budget
from costs.models.budget import MOST_USD
from tenants import audit
from tenants.actors import Actor
from tenants.models import Feature, Tenant
from tenants.refusals import Invalid
from tenants.services.declaring import Declared, declare


def declare_budget(
    tenant: Tenant,
    *,
    feature: Feature | None = None,
    amount_usd: Decimal,
    period: Budget.Period = Budget.Period.MONTH,
    by: Actor,
    at: datetime,
) -> Declared[Budget]:
    """Set the budget of a tenant, or of one of its features; `_operator`'s is the one over everything."""
    if not amount_usd.is_finite() or not 0 < amount_usd < MOST_USD:
        raise Invalid("amount_usd", f"{amount_usd} is not allowed; more than 0 and less than {MOST_USD:,} is.")
    key = {"tenant": tenant, "feature": feature, "period": period}
    declared = declare(Budget, key, {"amount_usd": amount_usd})
    if declared.outcome != "unchanged":
        audit.append_to_installation(
            actor=by,
            action=f"budget.{declared.outcome}",
            object=f"{tenant.slug}/{feature.slug}" if feature else tenant.slug,
            payload={"before": dict(declared.before), "after": dict(declared.after)},
            at=at,
        )
    return declared
