from datetime import datetime

from prompts.models import PlannedRelease
from tenants import audit
from tenants.actors import Actor


def write(plan: PlannedRelease, action: str, *, by: Actor, at: datetime, why: str = "") -> None:
    """The audit row of what happened to it; in the same transaction, with no revision's lock to be taken after."""
    decider = plan.decider
    facts = {
        "plan": str(plan.pk),
        "version": plan.version.hash,
        "environment": plan.environment,
        "tenant": plan.tenant.slug if plan.tenant else None,
        "percent": plan.percent,
        "due_at": plan.due_at.isoformat() if plan.due_at else None,
        "state": plan.state,
        "note": plan.note,
        "override": plan.override_reason,
        "asked_by": plan.asked_by_label,
        "decided_by": decider.label if decider else None,
        "decision_note": plan.decision_note,
        "release": plan.release.number if plan.release else None,
        **({"why": why} if why else {}),
    }
    audit.append_to_installation(actor=by, action=action, object=plan.prompt.name, payload=facts, at=at)
