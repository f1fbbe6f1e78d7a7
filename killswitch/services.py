"""Stop and lift: the one way, whichever door is used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from killswitch import guard, history
from killswitch.history import Change
from killswitch.models import Stop, StopEvent
from tenants import revisions
from tenants.actors import SYSTEM, Actor, ActorKind
from tenants.models import Feature, Revision, Tenant
from tenants.refusals import Conflict, Invalid, NotAllowed

# What callers show to their users: true for every reason, and tells nothing that is not theirs to know.
PUBLIC_MESSAGE = "AI is switched off here for the time being. Everything else works; please try again later."


class NeedsAnother(NotAllowed):
    """Whoever turned it off for safety, privacy or law is not who turns it back on."""

    code = "needs_another"


@dataclass(frozen=True, slots=True)
class StopResult:
    """`before` is what held until then of a stop that this one joined; the new note went into its history."""

    stop: Stop
    revision: int
    before: Mapping[str, Any] | None

    @property
    def joined(self) -> bool:
        return self.before is not None


@dataclass(frozen=True, slots=True)
class LiftResult:
    """`lifted` is False when somebody else had lifted it first."""

    lifted: bool
    revision: int


@dataclass(frozen=True, slots=True)
class _Order:
    """What was asked for, once it is known to be allowed."""

    tenant: Tenant
    feature: Feature | None
    reason: Stop.Reason
    note: str
    expires_at: datetime | None
    by: Actor
    at: datetime
    blast_radius: Mapping[str, Any] = field(default_factory=dict)

    @property
    def target(self) -> str:
        if self.feature is None:
            return guard.tenant_target(self.tenant.pk)
        return guard.tenant_feature_target(self.tenant.pk, self.feature.pk)


def stop(
    *,
    tenant: Tenant,
    feature: Feature | None = None,
    reason: Stop.Reason,
    note: str = "",
    expires_at: datetime | None = None,
    blast_radius: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> StopResult:
    """Turn AI off for the tenant, or for one feature of it. In force on every gateway within 1.5 s of the commit."""
    if tenant.is_operator and feature is None:
        raise Invalid("tenant", "the built-in _operator cannot be turned off as a whole; name one of its features.")
    _check_expiry(reason, expires_at, at)
    order = _Order(tenant, feature, reason, note, expires_at, by, at, blast_radius)
    with revisions.changing(Revision.Name.STOPS):
        revision = revisions.bump(Revision.Name.STOPS)
        # The revision's lock is held: nobody else is making or lifting a stop.
        active = Stop.objects.active().filter(target=order.target).select_related("tenant", "feature").first()
        before = history.state_of(active) if active else None
        made = _join(active, order, revision, before) if active and before else _make(order, revision)
    return StopResult(made, revision, before)


def lift(stop: Stop, *, by: Actor, note: str = "", at: datetime) -> LiftResult:
    """Let calls through again. A stop for safety, privacy or law needs another person than the one who made it."""
    if stop.needs_another(by):
        why = stop.get_reason_display().lower()
        keys = ", or a key other than the one that turned it off" if by.kind == ActorKind.KEY else ""
        raise NeedsAnother(f"{stop.what} was turned off for {why}: a second person has to turn it back on{keys}.")
    return _lift(stop, StopEvent.Kind.LIFTED, by=by, note=note, at=at)


def lift_expired(*, at: datetime) -> int:
    """Lift what has reached its end; how many."""
    return sum(_expire(each, at=at) for each in Stop.objects.due(at=at).select_related("tenant", "feature"))


def _expire(stop: Stop, *, at: datetime) -> bool:
    try:
        return _lift(stop, StopEvent.Kind.EXPIRED, by=SYSTEM, note="", at=at).lifted
    except Conflict:
        # Somebody joined it meanwhile; its end may be another now.
        return False


def _make(order: _Order, revision: int) -> Stop:
    made = Stop.objects.create(
        scope=Stop.Scope.TENANT_FEATURE if order.feature else Stop.Scope.TENANT,
        tenant=order.tenant,
        feature=order.feature,
        target=order.target,
        reason=order.reason,
        note=order.note,
        message=PUBLIC_MESSAGE,
        made_at=order.at,
        made_by_kind=order.by.kind,
        made_by_id=order.by.id,
        made_by_label=order.by.label,
        expires_at=order.expires_at,
        revision=revision,
    )
    history.write(made, _change(StopEvent.Kind.MADE, order, before={"state": "on"}))
    return made


def _join(active: Stop, order: _Order, revision: int, before: Mapping[str, Any]) -> Stop:
    """The stricter of both holds: a careful reason stays, and the later end."""
    if not active.is_careful and order.reason in Stop.CAREFUL:
        # Whoever made it careful is who must not lift it alone; who made it first is in its history.
        active.reason = order.reason
        active.made_by_kind, active.made_by_id, active.made_by_label = order.by.kind, order.by.id, order.by.label
    active.expires_at = None if active.is_careful else _later(active.expires_at, order.expires_at)
    active.version += 1
    active.revision = revision
    active.save(
        update_fields=["reason", "made_by_kind", "made_by_id", "made_by_label", "expires_at", "version", "revision"]
    )
    history.write(active, _change(StopEvent.Kind.JOINED, order, before=before))
    return active


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    """None is an end that never comes."""
    return max(one, other) if one and other else None


def _change(kind: StopEvent.Kind, order: _Order, *, before: Mapping[str, Any]) -> Change:
    return Change(kind, before, order.reason, order.note, order.by, order.at, order.blast_radius)


def _lift(stop: Stop, kind: StopEvent.Kind, *, by: Actor, note: str, at: datetime) -> LiftResult:
    change = Change(kind, history.state_of(stop), stop.reason, note, by, at)
    with revisions.changing(Revision.Name.STOPS):
        # Asked with the revision's lock held; one that nothing moves would have every gateway look for what it missed.
        if Stop.objects.active().filter(pk=stop.pk, version=stop.version).exists():
            return LiftResult(True, _write_lift(stop, change))
    return _already(stop)


def _write_lift(stop: Stop, change: Change) -> int:
    stop.revision, stop.version = revisions.bump(Revision.Name.STOPS), stop.version + 1
    stop.state, stop.lifted_at = Stop.State.LIFTED, change.at
    stop.save(update_fields=["state", "lifted_at", "version", "revision"])
    history.write(stop, change)
    return stop.revision


def _already(stop: Stop) -> LiftResult:
    stop.refresh_from_db()
    if stop.state == Stop.State.ACTIVE:
        last = stop.events.latest("version")
        raise Conflict(f"{last.actor_label} changed this stop a moment ago. Look at it again, then turn it back on.")
    return LiftResult(False, stop.revision)


def _check_expiry(reason: Stop.Reason, expires_at: datetime | None, at: datetime) -> None:
    if expires_at is None:
        return
    if reason in Stop.CAREFUL:
        label = Stop.Reason(reason).label.lower()
        raise Invalid("expires", f"a stop for {label} stays until a second person lifts it; leave the end out.")
    if expires_at <= at:
        raise Invalid("expires", f"{expires_at:%Y-%m-%d %H:%M} UTC is not in the future.")
