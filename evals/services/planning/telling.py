"""That a release which people count on was not made."""

from datetime import datetime

from django.urls import reverse

from killswitch.notices import releases
from prompts.models import EVERYBODY, PlannedRelease


def tell_failed(plan: PlannedRelease, *, at: datetime) -> None:
    """To the operator's channels, and to who asked for it and who approved it."""
    decider = plan.decider
    told = {
        "plan": str(plan.pk),
        "prompt": plan.prompt.name,
        "version": str(plan.version),
        "hash": plan.version.hash,
        "environment": plan.environment,
        "tenant": plan.tenant.slug if plan.tenant else None,
        "percent": plan.percent,
        "target": _target(plan),
        "due_at": _moment(plan.due_at),
        "asked_by": plan.asked_by_label,
        "asked_at": _moment(plan.asked_at),
        "approved_by": decider.label if decider else None,
        "approved_at": _moment(plan.decided_at),
        "note": plan.note,
        "why": plan.fault,
    }
    people = [plan.asker, decider] if decider else [plan.asker]
    releases.tell_not_released(told, people, path=reverse("planned:plan-detail", args=[plan.pk]), at=at)


def _target(plan: PlannedRelease) -> str:
    return plan.where if plan.percent == EVERYBODY else f"{plan.percent}% of {plan.where}"


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
