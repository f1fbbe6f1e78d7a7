"""The page of one target: what is off, the proof of it, what belongs to it, the last changes."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from costs import reports
from killswitch.standing import covers, events_at, events_of
from killswitch.views import telling
from killswitch.views.board import has_high_errors, over_budget
from killswitch.views.changes import Change
from killswitch.views.figures import blast_context
from killswitch.views.parts import feature_lines, systems_and_people
from killswitch.views.places import Place, place_at
from killswitch.views.planned import plan_lines
from killswitch.views.state import state_of
from killswitch.views.stopped_calls import held_up
from tenants.http import TenantRequest, page
from tenants.models import Tenant
from tenants.permissions import Permission

CHANGES = 20


@require_safe
@never_cache
@page(Permission.SWITCHES_READ)
def switch_detail(request: TenantRequest, /, **where: str) -> HttpResponse:
    place, at = place_at(request.principal, **where), datetime.now(UTC)
    state = state_of(request, place, at)
    tell = telling.message(place, state["proofs"])
    events = events_of(place.tenant) if place.is_tenant and place.tenant else events_at(place.target)
    context = {
        **state,
        **_about(request, place, at, state),
        "planned": plan_lines(request.principal, at, place.target),
        "changes": [Change(event) for event in events[:CHANGES]],
        "may_read_audit": request.principal.may(Permission.AUDIT_READ),
        "tell": tell,
        "tell_rows": telling.rows(tell),
    }
    return render(request, "killswitch/switch_detail.html", context)


@require_safe
@never_cache
@page(Permission.SWITCHES_READ)
def switch_proof(request: TenantRequest, /, **where: str) -> HttpResponse:
    """The part of the page that is asked for again until every gateway has confirmed."""
    place, at = place_at(request.principal, **where), datetime.now(UTC)
    state = state_of(request, place, at)
    tell = telling.message(place, state["proofs"])
    context = {**state, **_traffic(place, state, at), "is_part": True, "tell": tell, "tell_rows": telling.rows(tell)}
    # Once it is said that it is late, the text that somebody may be marking is left alone.
    context["is_told"] = state["is_late"] and "late" in request.GET
    return render(request, "killswitch/switch_detail.html#proof", context)


def _traffic(place: Place, state: dict[str, Any], at: datetime) -> dict[str, Any]:
    if not place.is_tenant or place.tenant is None:
        return {}
    traffic = reports.traffic([place.tenant.pk], at).get(place.tenant.pk)
    return {"traffic": traffic, "held_up": _held_up(place.tenant, traffic, state, at)}


def _held_up(tenant: Tenant, traffic: reports.Traffic | None, state: dict[str, Any], at: datetime) -> int:
    """As the list counts them: of a tenant of which nothing else is off."""
    if traffic is None or state["stops"]:
        return 0
    return held_up(state["above"], {tenant.pk: traffic.stopped}, at).get(tenant.pk, 0)


def _about(request: TenantRequest, place: Place, at: datetime, state: dict[str, Any]) -> dict[str, Any]:
    if place.is_tenant and place.tenant:
        return _of_tenant(request, place.tenant, at, state)
    return blast_context(place.target, at)


def _of_tenant(request: TenantRequest, tenant: Tenant, at: datetime, state: dict[str, Any]) -> dict[str, Any]:
    traffic = reports.traffic([tenant.pk], at).get(tenant.pk)
    refused = reports.refused_by_budget(at).get(tenant.pk, 0)
    return {
        "lines": feature_lines(tenant, state["stops"], state["above"], request.principal.actor, at),
        "traffic": traffic,
        "refused": refused,
        "is_flagged": has_high_errors(traffic) or refused > 0 or tenant.pk in over_budget(at),
        "may_read_budgets": covers(request.principal.over(Permission.SPEND_READ), tenant.pk),
        "held_up": _held_up(tenant, traffic, state, at),
        **systems_and_people(tenant, state["stops"], state["above"], request.principal),
    }
