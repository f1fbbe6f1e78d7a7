"""What belongs to every change of a stop: its event, its audit row, its push."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from killswitch.models import Stop, StopEvent
from tenants import audit, push
from tenants.actors import Actor
from tenants.models import Revision


@dataclass(frozen=True, slots=True)
class Change:
    kind: StopEvent.Kind
    before: Mapping[str, Any]
    reason: str
    note: str
    by: Actor
    at: datetime
    blast_radius: Mapping[str, Any] = field(default_factory=dict)


def state_of(stop: Stop) -> dict[str, Any]:
    return {
        "state": "off" if stop.state == Stop.State.ACTIVE else "on",
        "reason": stop.reason,
        "expires_at": stop.expires_at.isoformat() if stop.expires_at else None,
    }


def write(stop: Stop, change: Change) -> StopEvent:
    """In the transaction of the change itself, with the revision's lock held."""
    after = state_of(stop)
    shared = {"before": dict(change.before), "after": after, "blast_radius": dict(change.blast_radius)}
    entry = audit.append(
        stop.tenant_id,
        actor=change.by,
        action=f"stop.{change.kind}",
        object=stop.what,
        payload={
            **shared,
            "stop": str(stop.pk),
            "reason": change.reason,
            "note": change.note,
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
        reason=change.reason,
        note=change.note,
        audit_seq=entry.seq,
        **shared,
    )
    _push(stop)
    return event


def _push(stop: Stop) -> None:
    generation = Revision.objects.values_list("generation", flat=True).get(name=Revision.Name.STOPS)
    facts: dict[str, Any] = {"number": stop.revision, "generation": str(generation)}
    if stop.state == Stop.State.ACTIVE:
        active = stop.as_active()
        facts["stop"] = {
            "id": str(active.id), "target": active.target, "reason": active.reason, "message": active.message
        }  # fmt: skip
    push.after_commit(Revision.Name.STOPS, **facts)
