"""Have something stopped at a moment, or not after all."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from killswitch.models import Plan
from killswitch.notices import planned
from killswitch.services.lifting import OperatorsStop
from killswitch.services.order import Order
from tenants import audit
from tenants.actors import Actor, ActorKind
from tenants.clock import database_now
from tenants.models import Tenant
from tenants.refusals import Conflict, Invalid, NotAllowed

# What lies further ahead is a slip of the pen.
LONGEST_AHEAD: Final = timedelta(days=366)
_PLANNERS: Final = frozenset({ActorKind.USER, ActorKind.KEY})


def plan(order: Order, *, starts_at: datetime, lasts: timedelta | None = None, by: Actor) -> Plan:
    """Started within seconds of its moment, as a stop by whoever planned it, should they still be allowed to then.

    It ends at the order's end, or `lasts` so long from its moment on.
    """
    if by.kind not in _PLANNERS:
        raise NotAllowed("Stops are planned by people and keys; all others stop at once.")
    order = _ending(order, starts_at, lasts)
    _check_start(starts_at, at=database_now())
    order.check(starts_at)
    with transaction.atomic():
        made = _make(order, starts_at, by)
        write(made, "stop.planned", by=by, at=made.made_at)
        planned.tell_planned(made, at=made.made_at)
    return made


def cancel(plan: Plan, *, by: Actor) -> bool:
    """Nothing is stopped at its moment. False if somebody cancelled it before; Conflict if it is past that."""
    if plan.is_kept_from(by):
        raise OperatorsStop(f"The stop of {plan.what} was planned by the operator, whose people cancel it.")
    at = database_now()
    with transaction.atomic():
        # Whoever is just starting it holds its row.
        won = Plan.objects.waiting().filter(pk=plan.pk).update(
            state=Plan.State.CANCELLED,
            settled_at=at,
            cancelled_by_kind=by.kind,
            cancelled_by_id=by.id,
            cancelled_by_label=by.label,
            cancelled_by_operator=_is_operators(plan, by),
        )  # fmt: skip
        plan = Plan.objects.select_related("tenant", "feature", "stop").get(pk=plan.pk)
        if won:
            write(plan, "stop.plan_cancelled", by=by, at=at)
            planned.tell_cancelled(plan, by=by, at=at)
    if plan.state not in (Plan.State.CANCELLED, Plan.State.WAITING):
        raise Conflict(_too_late(plan))
    return bool(won)


def write(plan: Plan, action: str, *, by: Actor, at: datetime) -> None:
    """The audit row of what happened to it; in the same transaction, with no revision's lock to be taken after."""
    is_plain = action == "stop.planned"
    audit.append(
        plan.tenant_id or Tenant.objects.operator().pk,
        actor=by,
        action=action,
        object=plan.what,
        payload={
            "plan": str(plan.pk),
            "scope": plan.scope,
            "mode": plan.mode,
            "in_flight": plan.in_flight,
            "reason": plan.reason,
            "starts_at": plan.starts_at.isoformat(),
            "expires_at": plan.expires_at.isoformat() if plan.expires_at else None,
            "by_operator": _is_operators(plan, by),
            "origin": plan.origin,
            **({"note": plan.note} if is_plain else {}),
            **({"why": plan.why_not} if plan.why_not else {}),
        },
        at=at,
    )


def _is_operators(plan: Plan, actor: Actor) -> bool:
    return actor.is_over_all or plan.tenant_id is None


def _ending(order: Order, starts_at: datetime, lasts: timedelta | None) -> Order:
    if lasts is None:
        return order
    if order.expires_at is not None:
        raise Invalid("expires_at", "give its end or how long it lasts, not both.")
    return replace(order, expires_at=starts_at + lasts)


def _check_start(starts_at: datetime, *, at: datetime) -> None:
    moment = f"{starts_at:%Y-%m-%d %H:%M} UTC"
    if starts_at <= at:
        raise Invalid("starts_at", f"{moment} is not in the future. What is to be off now is stopped now.")
    if starts_at > at + LONGEST_AHEAD:
        raise Invalid("starts_at", f"{moment} is more than {LONGEST_AHEAD.days} days ahead.")


def _make(order: Order, starts_at: datetime, by: Actor) -> Plan:
    target = order.target
    found = Plan.objects.waiting().at(target).filter(starts_at=starts_at)
    try:
        with transaction.atomic():
            return Plan.objects.create(
                scope=target.scope,
                tenant=target.tenant,
                feature=target.feature,
                subject=target.subject,
                target=target.key,
                label=target.label,
                mode=order.mode,
                in_flight=order.in_flight,
                drain_seconds=order.drain_seconds,
                reason=order.reason,
                note=order.note,
                message=order.message,
                origin=order.origin,
                starts_at=starts_at,
                expires_at=order.expires_at,
                review_at=order.review_at,
                made_by_kind=by.kind,
                made_by_id=by.id,
                made_by_label=by.label,
                by_operator=by.is_over_all or target.tenant is None,
            )
    except IntegrityError as fault:
        first = found.first()
        if first is None:
            raise
        raise Conflict(f"{first.maker} planned a stop of {first.what} for that moment already.") from fault


def _too_late(plan: Plan) -> str:
    when = f"{plan.settled_at:%Y-%m-%d %H:%M:%S} UTC"
    if plan.state == Plan.State.STARTED:
        return f"It started at {when}: {plan.what} is turned back on like any other stop."
    return f"It could not start at {when}, so there is nothing to cancel."
