"""Planned stops whose moment has come."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction

from killswitch.models import Plan, Stop
from killswitch.models.plan import PUNCTUAL
from killswitch.notices import planned
from killswitch.permitting import may_change
from killswitch.scopes import InFlight, Mode
from killswitch.services.order import Order
from killswitch.services.planning import write
from killswitch.services.stopping import stop
from killswitch.targets import Target
from tenants import principals
from tenants.actors import SYSTEM, Actor, ActorKind
from tenants.models import ApiKey, User
from tenants.principals import Principal
from tenants.refusals import Refused
from tenants.scope import ALL, scope

log = logging.getLogger(__name__)


class Blast(Protocol):
    """What a stop of the target would end just now."""

    def __call__(self, target: Target, *, at: datetime) -> Mapping[str, Any]: ...


class CannotStart(Refused):
    pass


def start_due(blast: Blast, *, at: datetime) -> int:
    """Stop what was planned for by now; how many. Each by itself: one that fails keeps none of the others waiting."""
    with scope(ALL):
        due = list(Plan.objects.due(at=at).order_by("starts_at").values_list("pk", flat=True))
    return sum(_start(pk, blast, at) for pk in due)


def _start(pk: UUID, blast: Blast, at: datetime) -> bool:
    try:
        with scope(ALL):
            # Another worker that is at it holds the row. Taken before the revision's lock, as by nobody after it.
            mine = Plan.objects.due(at=at).filter(pk=pk).select_for_update(skip_locked=True, of=("self",))
            plan = mine.select_related("tenant", "feature").first()
            return plan is not None and _start_or_say(plan, blast, at)
    except Exception:
        log.exception("plan.not_started id=%s: it is tried again", pk)
        return False


def _start_or_say(plan: Plan, blast: Blast, at: datetime) -> bool:
    try:
        if plan.expires_at and plan.expires_at <= at:
            raise CannotStart("No worker was running in all of its time, so nothing was stopped.")
        by, order = _maker(plan, at), _order(plan, blast(plan.named, at=at), at)
        with transaction.atomic():
            made = stop(order, by=by, at=at).stop
    except Refused as refused:
        _give_up(plan, refused.detail, at)
        return False
    _settle(plan, at, state=Plan.State.STARTED, stop=made)
    return True


def _give_up(plan: Plan, why: str, at: datetime) -> None:
    """Nothing is off that people think is off: it is written, told and shown."""
    log.warning("plan.not_started id=%s target=%s: %s", plan.pk, plan.target, why)
    plan.why_not = why[:400]
    _settle(plan, at, state=Plan.State.NOT_STARTED, why_not=plan.why_not)
    write(plan, "stop.not_started", by=replace(SYSTEM, is_over_all=plan.by_operator), at=at)
    planned.tell_not_started(plan, at=at)


def _settle(plan: Plan, at: datetime, **outcome: Any) -> None:
    Plan.objects.waiting().filter(pk=plan.pk).update(settled_at=at, **outcome)


def _maker(plan: Plan, at: datetime) -> Actor:
    """Raises CannotStart; the words name nobody, as a tenant's people read them too."""
    principal = _PRINCIPALS[ActorKind(plan.made_by_kind)](plan.made_by_id, at)
    if not may_change(principal, plan.scope, plan.tenant_id):
        raise CannotStart("Whoever planned it may not turn this off any more, so nothing was stopped.")
    # What the operator planned stays the operator's, whatever has become of who did it.
    return replace(principal.actor, is_over_all=plan.by_operator or principal.actor.is_over_all)


def _of_user(pk: str, at: datetime) -> Principal:
    user = User.objects.filter(pk=UUID(pk), is_active=True).first()
    if user is None:
        raise CannotStart("The account of whoever planned it is deactivated, so nothing was stopped.")
    return principals.of_user(user)


def _of_key(pk: str, at: datetime) -> Principal:
    key = ApiKey.objects.live(at=at).select_related("tenant").filter(pk=pk, kind=ApiKey.Kind.SERVICE).first()
    if key is None:
        raise CannotStart("The key that planned it is revoked or has expired, so nothing was stopped.")
    return principals.of_key(key)


_PRINCIPALS: Mapping[ActorKind, Callable[[str, datetime], Principal]] = {
    ActorKind.USER: _of_user,
    ActorKind.KEY: _of_key,
}


def _order(plan: Plan, blast: Mapping[str, Any], at: datetime) -> Order:
    late = at - plan.starts_at
    return Order(
        target=plan.named,
        reason=Stop.Reason(plan.reason),
        mode=Mode(plan.mode),
        in_flight=InFlight(plan.in_flight),
        drain_seconds=plan.drain_seconds,
        note=" ".join(filter(None, (plan.note, _lateness(plan, late)))),
        message=plan.message,
        expires_at=plan.expires_at,
        review_at=max(plan.review_at, at + timedelta(minutes=1)) if plan.review_at else None,
        origin=Stop.Origin(plan.origin),
        blast_radius=blast,
        evidence={
            "plan": str(plan.pk),
            "planned_for": plan.starts_at.isoformat(),
            "late_seconds": round(late.total_seconds(), 3),
        },
    )


def _lateness(plan: Plan, late: timedelta) -> str:
    if late <= PUNCTUAL:
        return ""
    minutes = int(late.total_seconds() // 60)
    how = f"{minutes:,} min" if minutes else f"{late.seconds} s"
    return f"(Planned for {plan.starts_at:%-d %b %H:%M} UTC, started {how} late: no worker was there to do it.)"
