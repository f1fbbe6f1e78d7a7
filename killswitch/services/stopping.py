"""Turn AI off, or tighten what is off already."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiops.lib import uuid7
from killswitch import history
from killswitch.guard import ActiveStop
from killswitch.history import Change
from killswitch.models import Stop, StopEvent
from killswitch.services.order import Order
from tenants import revisions
from tenants.actors import Actor
from tenants.models import Revision


@dataclass(frozen=True, slots=True)
class StopResult:
    """`before` is what held until then of a stop that this one joined; the new note went into its history."""

    stop: Stop
    revision: int
    before: Mapping[str, Any] | None

    @property
    def joined(self) -> bool:
        return self.before is not None


def stop(order: Order, *, by: Actor, at: datetime) -> StopResult:
    """In force on every gateway within 1.5 s of the commit. A second stop of a target joins the first."""
    order.check(at)
    with revisions.changing(Revision.Name.STOPS):
        revision = revisions.bump(Revision.Name.STOPS)
        # The revision's lock is held: nobody else is making or lifting a stop.
        active = Stop.objects.active().at(order.target).select_related("tenant", "feature").first()
        before = history.state_of(active) if active else None
        made = _join(active, order, revision, before, by, at) if active and before else _make(order, revision, by, at)
    return StopResult(made, revision, before)


def _make(order: Order, revision: int, by: Actor, at: datetime) -> Stop:
    target = order.target
    made = Stop.objects.create(
        id=order.id or uuid7.new(),
        scope=target.scope,
        tenant=target.tenant,
        feature=target.feature,
        subject=target.subject,
        target=target.key,
        label=target.label,
        mode=order.mode,
        in_flight=order.in_flight,
        drain_seconds=order.drain_seconds,
        origin=order.origin,
        reason=order.reason,
        note=order.note,
        message=order.told(),
        made_at=at,
        made_by_kind=by.kind,
        made_by_id=by.id,
        made_by_label=by.label,
        made_by_operator=by.is_over_all or target.tenant is None,
        by_operator=by.is_over_all or target.tenant is None,
        expires_at=order.expires_at,
        review_at=order.review_due(at),
        revision=revision,
    )
    history.write(made, _change(StopEvent.Kind.MADE, order, {"state": "on"}, by, at))
    return made


def _join(
    active: Stop, order: Order, revision: int, before: Mapping[str, Any], by: Actor, at: datetime
) -> Stop:  # fmt: skip
    """The stricter of both holds: a careful reason stays, the stricter mode, and the later end."""
    if not active.is_careful and order.reason in Stop.CAREFUL:
        # Whoever made it careful is who must not lift it alone.
        active.reason = order.reason
        active.careful_by_kind, active.careful_by_id, active.careful_by_label = by.kind, by.id, by.label
        active.careful_by_operator = history.is_operators(active, by)
    active.by_operator = active.by_operator or by.is_over_all
    asked = ActiveStop(
        active.pk, active.target, order.reason, order.told(), order.mode, order.in_flight, order.drain_seconds
    )
    stricter = active.as_active().tightened_by(asked)
    # What the operator has callers told is not for a tenant's people to replace.
    if stricter.mode != active.mode or (order.message and not active.is_kept_from(by)):
        active.message = order.told()
    active.mode, active.in_flight, active.drain_seconds = stricter.mode, stricter.in_flight, stricter.drain_seconds
    active.admits = 0
    active.expires_at = None if active.is_careful else _later(active.expires_at, order.expires_at)
    active.review_at = min(filter(None, (active.review_at, order.review_due(at))), default=None)
    active.version += 1
    active.revision = revision
    active.save()
    history.write(active, _change(StopEvent.Kind.JOINED, order, before, by, at))
    return active


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    """None is an end that never comes."""
    return max(one, other) if one and other else None


def _change(kind: StopEvent.Kind, order: Order, before: Mapping[str, Any], by: Actor, at: datetime) -> Change:
    return Change(
        kind, before, order.reason, order.note, by, at, order.blast_radius, order.evidence, origin=order.origin
    )
