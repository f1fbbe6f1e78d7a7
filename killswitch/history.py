"""What belongs to every change of a stop: its event, its audit row, its push, its notices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from killswitch.models import Stop, StopEvent
from killswitch.notices import outbox
from killswitch.wire import to_wire
from tenants import audit, push, revisions
from tenants.actors import Actor
from tenants.models import Revision, Tenant


@dataclass(frozen=True, slots=True)
class Change:
    kind: StopEvent.Kind
    before: Mapping[str, Any]
    reason: str
    note: str
    by: Actor
    at: datetime
    blast_radius: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    origin: Stop.Origin = Stop.Origin.CONSOLE


def state_of(stop: Stop) -> dict[str, Any]:
    return {
        "state": "off" if stop.state == Stop.State.ACTIVE else "on",
        "reason": stop.reason,
        "mode": stop.mode,
        "in_flight": stop.in_flight,
        "admits": stop.admits,
        "expires_at": _moment(stop.expires_at),
        "review_at": _moment(stop.review_at),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def write(stop: Stop, change: Change) -> StopEvent:
    """In the transaction of the change itself, with the revision's lock held."""
    after = state_of(stop)
    shared = {
        "before": dict(change.before),
        "after": after,
        "blast_radius": dict(change.blast_radius),
        "evidence": dict(change.evidence),
        "origin": change.origin,
    }
    entry = audit.append(
        # What concerns everybody is in the operator's own chain.
        stop.tenant_id or Tenant.objects.operator().pk,
        actor=change.by,
        action=f"stop.{change.kind}",
        object=stop.what,
        payload={
            **shared,
            "stop": str(stop.pk),
            "reason": change.reason,
            "note": change.note,
            "by_operator": is_operators(stop, change.by),
            "revision": stop.revision,
        },
        at=change.at,
    )
    event = StopEvent.objects.create(
        stop=stop,
        version=stop.version,
        revision=stop.revision,
        kind=change.kind,
        at=change.at,
        actor_kind=change.by.kind,
        actor_id=change.by.id,
        actor_label=change.by.label,
        by_operator=is_operators(stop, change.by),
        reason=change.reason,
        note=change.note,
        audit_seq=entry.seq,
        **shared,
    )
    _push(stop)
    # After the push: what tells people must not hold up what tells gateways.
    outbox.change(event)
    return event


def is_operators(stop: Stop, actor: Actor) -> bool:
    """Whoever may act on what is over everybody is the operator's."""
    return actor.is_over_all or stop.tenant_id is None


def _push(stop: Stop) -> None:
    push.after_commit(Revision.Name.STOPS, **_facts(stop), **revisions.marks(Revision.Name.STOPS))


def push_again(stop: Stop) -> None:
    """To whoever has not applied it; all others ignore what is not newer."""
    push.after_commit(Revision.Name.STOPS, **_facts(stop))


def _facts(stop: Stop) -> dict[str, Any]:
    told = {"stop": to_wire(stop.as_active())} if stop.state == Stop.State.ACTIVE else {}
    return {"number": stop.revision, **told}
