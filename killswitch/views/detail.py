"""One tenant's switches: what is off, the proof of it, every feature, the last changes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from costs import reports
from killswitch.models import Stop
from killswitch.standing import Standing, covers, events_of, roles_that_change, standing_of
from killswitch.views import telling
from killswitch.views.changes import Change
from killswitch.views.proof import Proof, prove
from tenants.actors import Actor
from tenants.http import TenantRequest, page
from tenants.models import Feature, Tenant
from tenants.permissions import Permission

# How long the page goes on telling that something was turned back on.
NEWS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class FeatureLine:
    feature: Feature
    stop: Stop | None
    is_held: bool
    needs_another: bool


@require_safe
@never_cache
@page(Permission.SWITCHES_READ)
def switch_detail(request: TenantRequest, slug: str) -> HttpResponse:
    tenant = get_object_or_404(Tenant.objects.customers(), slug=slug)
    at, standing = datetime.now(UTC), standing_of(tenant)
    shown = _proof_context(request, tenant, standing, at)
    tell = telling.message(tenant, shown["proofs"])
    context = {
        "standing": standing,
        "lines": _lines(standing, request.principal.actor),
        "changes": [Change(event) for event in events_of(tenant)[:20]],
        "may_read_audit": request.principal.may(Permission.AUDIT_READ),
        "roles": roles_that_change(),
        "tell": tell,
        "tell_rows": telling.rows(tell),
        **shown,
    }
    return render(request, "killswitch/switch_detail.html", context)


@require_safe
@never_cache
@page(Permission.SWITCHES_READ)
def switch_proof(request: TenantRequest, slug: str) -> HttpResponse:
    """The part of the page that is asked for again until every gateway has confirmed."""
    tenant = get_object_or_404(Tenant.objects.customers(), slug=slug)
    context = _proof_context(request, tenant, standing_of(tenant), datetime.now(UTC))
    return render(request, "killswitch/switch_detail.html#proof", context)


def _proof_context(request: TenantRequest, tenant: Tenant, standing: Standing, at: datetime) -> dict[str, Any]:
    proofs, actor = _proofs(tenant, standing, at), request.principal.actor
    return {
        "tenant": tenant,
        "traffic": reports.traffic([tenant.pk], at).get(tenant.pk),
        "refused": reports.refused_by_budget(at).get(tenant.pk, 0),
        "may_read_budgets": covers(request.principal.over(Permission.SPEND_READ), tenant.pk),
        "proofs": proofs,
        "is_settled": all(proof.is_settled for proof in proofs),
        "is_late": any(proof.is_late for proof in proofs),
        "needs_another": standing.everything is not None and standing.everything.needs_another(actor),
        "may_change": covers(request.principal.over(Permission.SWITCHES_CHANGE), tenant.pk),
        "actor": actor,
        "at": at,
    }


def _proofs(tenant: Tenant, standing: Standing, at: datetime) -> list[Proof]:
    """How each stop in force began, and who joined it; when nothing is off, the lifting that has just been."""
    if not standing.stops:
        last = events_of(tenant).first()
        return [prove(last, at=at)] if last and at - last.at < NEWS else []
    changes: dict[UUID, list[Change]] = defaultdict(list)
    for event in events_of(tenant).filter(stop__in=standing.stops):
        changes[event.stop_id].append(Change(event))
    return [_proof(changes[stop.pk], at) for stop in standing.stops]


def _proof(changes: Sequence[Change], at: datetime) -> Proof:
    """Of the changes of one stop, newest first."""
    *joins, made = changes
    return prove(made.event, joins=joins, at=at)


def _lines(standing: Standing, actor: Actor) -> list[FeatureLine]:
    stops = {stop.feature_id: stop for stop in standing.features}
    return [
        FeatureLine(feature, stop, standing.everything is not None, stop is not None and stop.needs_another(actor))
        for feature in Feature.objects.order_by("name")
        for stop in [stops.get(feature.pk)]
        # One of our own that somebody stopped all the same can be lifted here.
        if stop or not feature.is_own
    ]
