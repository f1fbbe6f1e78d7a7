"""What a notice tells, gathered when it happens: what is sent later tells of that moment, whatever changed since."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from killswitch.addresses import address_of
from killswitch.confirmations import Confirmations
from killswitch.models import Plan, Stop, StopEvent
from killswitch.models.stop import THE_OPERATOR
from killswitch.notices.wording import Facts, counted


def of_stop(stop: Stop) -> dict[str, Any]:
    """A person whom a stop is of is not named: `target` calls them one person of their tenant."""
    return {
        "stop": str(stop.pk),
        "scope": stop.scope,
        "tenant": stop.tenant.slug if stop.tenant else None,
        "feature": stop.feature.slug if stop.feature else None,
        "target": stop.what,
        "state": stop.state,
        "mode": stop.mode,
        "in_flight": stop.in_flight,
        "drain_seconds": stop.drain_seconds,
        "admits": stop.admits,
        "reason": stop.reason,
        "reason_label": stop.get_reason_display(),
        "needs_second_person": stop.is_careful,
        "note": stop.note,
        "by_operator": stop.made_by_operator,
        "made_by": stop.made_by_label,
        "made_by_operator": stop.made_by_operator,
        "made_at": stop.made_at.isoformat(),
        "expires_at": _moment(stop.expires_at),
        "review_at": _moment(stop.review_at),
        "revision": stop.revision,
        "url": absolute(address_of(stop)),
    }


def of_event(event: StopEvent) -> dict[str, Any]:
    return {
        **of_stop(event.stop),
        "kind": event.kind,
        "reason": event.reason,
        "reason_label": Stop.Reason(event.reason).label,
        "note": event.note,
        "by": event.actor_label,
        "by_operator": event.by_operator,
        "at": event.at.isoformat(),
        "revision": event.revision,
        "origin": event.origin,
        "blast_radius": event.blast_radius,
        "evidence": event.evidence,
        "audit_seq": event.audit_seq,
    }


def of_plan(plan: Plan) -> dict[str, Any]:
    return {
        "plan": str(plan.pk),
        "scope": plan.scope,
        "tenant": plan.tenant.slug if plan.tenant else None,
        "feature": plan.feature.slug if plan.feature else None,
        "target": plan.what,
        "mode": plan.mode,
        "in_flight": plan.in_flight,
        "drain_seconds": plan.drain_seconds,
        "reason": plan.reason,
        "reason_label": plan.get_reason_display(),
        "needs_second_person": plan.is_careful,
        "note": plan.note,
        "by_operator": plan.by_operator,
        "made_by": plan.made_by_label,
        "made_by_operator": plan.by_operator,
        "made_at": plan.made_at.isoformat(),
        "starts_at": plan.starts_at.isoformat(),
        "expires_at": _moment(plan.expires_at),
        "url": absolute(address_of(plan)),
    }


def for_tenant(told: Facts) -> dict[str, Any]:
    """What a tenant's own people are told: neither who of the operator did it, nor what was noted there."""
    found = dict(told)
    if found.get("made_by_operator"):
        found["made_by"] = THE_OPERATOR
    if found.get("by_operator"):
        found["note"] = ""
        found |= {"by": THE_OPERATOR} if "by" in found else {}
    # Of the operator's gateways how many, not which.
    return found | {name: [] for name in ("laggards", "lost", "gone") if name in found}


def of_test(*, by: str, at: datetime) -> dict[str, Any]:
    return {"by": by, "at": at.isoformat(), "url": absolute(reverse("killswitch:notice-list"))}


def proof_of(found: Confirmations) -> str:
    if not found.total:
        return "No gateway is running, so no call is made."
    if not found.complete:
        return f"{found.confirmed} of {found.total} gateways have confirmed so far."
    who = "The gateway" if found.total == 1 else f"All {found.total} gateways"
    within = "" if found.seconds is None else f" in {found.seconds:.2f} s"
    cut = f"; {counted(found.cut, 'answer')} cut" if found.cut else ""
    return f"{who} confirmed{within}{cut}."


def absolute(path: str) -> str:
    return f"{settings.AIOPS_URL.rstrip('/')}{path}"


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
