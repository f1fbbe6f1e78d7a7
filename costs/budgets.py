"""Setting what may be spent, and taking it back."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from costs.models import Budget
from costs.models.budget import MOST_USD
from tenants import audit, push, revisions
from tenants.actors import Actor
from tenants.models import Feature, Revision, Tenant
from tenants.refusals import Invalid, NotFound
from tenants.services.declaring import Declared, declare


def declare_budget(
    tenant: Tenant,
    *,
    feature: Feature | None = None,
    amount_usd: Decimal,
    period: Budget.Period = Budget.Period.MONTH,
    kind: Budget.Kind | None = None,
    by: Actor,
    at: datetime,
) -> Declared[Budget]:
    """Set the budget of a tenant, or of one of its features; `_operator`'s are over all tenants.

    Without a kind it stays what it is, and a new one is soft: no call is refused because something was left out.
    """
    if not amount_usd.is_finite() or not 0 < amount_usd < MOST_USD:
        raise Invalid("amount_usd", f"{amount_usd} is not allowed; more than 0 and less than {MOST_USD:,} is.")
    key = {"tenant": tenant, "feature": feature, "period": period}
    with revisions.changing(Revision.Name.CONFIG):
        was_hard = Budget.objects.hard().filter(**key).exists()
        values = {"amount_usd": amount_usd} | ({"kind": kind} if kind else {})
        declared = declare(Budget, key, values)
        if declared.row.is_hard and not was_hard:
            Budget.objects.filter(pk=declared.row.pk).update(counted_since=at)
        if declared.outcome != "unchanged":
            payload = {"before": dict(declared.before), "after": dict(declared.after), "period": period}
            _record(f"budget.{declared.outcome}", declared.row, payload, by=by, at=at)
    return declared


def change_budget(
    budget_id: UUID, *, amount_usd: Decimal | None = None, kind: Budget.Kind | None = None, by: Actor, at: datetime
) -> Declared[Budget]:
    """Another amount, or the other kind; what is left out stays what it is by then. Raises NotFound if it is gone."""
    with revisions.changing(Revision.Name.CONFIG):
        budget = _present(budget_id)
        if budget is None:
            raise NotFound("There is no such budget that you may see.")
        return declare_budget(
            budget.tenant,
            feature=budget.feature,
            amount_usd=budget.amount_usd if amount_usd is None else amount_usd,
            period=Budget.Period(budget.period),
            kind=kind,
            by=by,
            at=at,
        )


def remove_budget(budget: Budget, *, by: Actor, at: datetime) -> bool:
    """Limit these calls no more. False if somebody removed it first."""
    with revisions.changing(Revision.Name.CONFIG):
        there = _present(budget.pk)
        if there is None:
            return False
        before = {"amount_usd": there.amount_usd, "kind": there.kind}
        Budget.objects.filter(pk=there.pk).delete()
        # By its id whoever comes second is told who was first.
        payload = {"before": before, "after": {}, "period": there.period, "budget": str(there.pk)}
        _record("budget.removed", there, payload, by=by, at=at)
    return True


def _present(budget_id: UUID) -> Budget | None:
    """As it is now: the revision's lock is held, so nobody changes it meanwhile."""
    return Budget.objects.select_related("tenant", "feature").filter(pk=budget_id).first()


def _record(action: str, budget: Budget, payload: Mapping[str, object], *, by: Actor, at: datetime) -> None:
    tenant, feature = budget.tenant.slug, budget.feature.slug if budget.feature else ""
    name = f"{tenant}/{feature}" if feature else tenant
    audit.append_to_installation(actor=by, action=action, object=name, payload=payload, at=at)
    push.after_commit(Revision.Name.CONFIG)
