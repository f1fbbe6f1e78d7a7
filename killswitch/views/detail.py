"""One tenant's switches: what is off, the proof of it, every feature, the last changes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from costs import reports
from killswitch.models import Stop, StopEvent
from killswitch.views.proof import prove
from killswitch.views.standing import Standing, covers, events_of, needs_another, standing_of
from tenants.actors import Actor
from tenants.http import TenantRequest, page
from tenants.models import Feature, Tenant
from tenants.permissions import Permission

# How long the page goes on telling that something was turned back on.
NEWS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Change:
    event: StopEvent

    @property
    def is_off(self) -> bool:
        return self.event.kind in {StopEvent.Kind.MADE, StopEvent.Kind.JOINED}

    @property
    def why(self) -> str:
        if self.event.kind == StopEvent.Kind.EXPIRED:
            return "its time was over"
        reason = Stop.Reason(self.event.reason).label
        return reason if self.is_off else f"was off for {reason.lower()}"


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
    context = {
        "standing": standing,
        "lines": _lines(standing, request.principal.actor),
        "changes": [Change(event) for event in events_of(tenant)[:20]],
        "may_read_audit": request.principal.may(Permission.AUDIT_READ),
        "tell": _tell(tenant, standing),
        **_proof_context(request, tenant, standing, at),
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


def _proof_context(request: TenantRequest, tenant: Tenant, standing: Standing, at: datetime) -> dict[str, object]:
    proofs = [prove(event, at=at) for event in _to_prove(tenant, standing, at)]
    return {
        "tenant": tenant,
        "traffic": reports.traffic([tenant.pk], at).get(tenant.pk),
        "proofs": proofs,
        "is_settled": all(proof.is_settled for proof in proofs),
        "is_late": any(proof.is_late for proof in proofs),
        "may_change": covers(request.principal.over(Permission.SWITCHES_CHANGE), tenant.pk),
        "actor": request.principal.actor,
        "at": at,
    }


def _to_prove(tenant: Tenant, standing: Standing, at: datetime) -> list[StopEvent]:
    """How each stop in force began; when nothing is off, the lifting that has just been."""
    if standing.stops:
        # Newest first: what is left of each stop is its first event.
        events = {event.stop_id: event for event in events_of(tenant).filter(stop__in=standing.stops)}
        return [events[stop.pk] for stop in standing.stops]
    last = events_of(tenant).first()
    return [last] if last and at - last.at < NEWS else []


def _lines(standing: Standing, actor: Actor) -> list[FeatureLine]:
    stops = {stop.feature_id: stop for stop in standing.features}
    return [
        FeatureLine(feature, stop, standing.everything is not None, stop is not None and needs_another(stop, actor))
        for feature in Feature.objects.order_by("name")
        for stop in [stops.get(feature.pk)]
    ]


def _tell(tenant: Tenant, standing: Standing) -> str:
    """What one would write to the team, ready to copy."""
    stop = standing.stop
    if stop is None:
        return ""
    address = settings.AIOPS_URL.rstrip("/") + reverse("killswitch:switch-detail", args=[tenant.slug])
    until = f"{stop.expires_at:%-d %b %H:%M} UTC" if stop.expires_at else "someone turns it on"
    lines = [
        f"AI is off for {stop.what} since {stop.made_at:%-d %b %H:%M:%S} UTC.",
        f"Reason: {stop.get_reason_display()}. Turned off by {stop.made_by_label}. It stays off until {until}.",
        *([f"Note: {stop.note}"] if stop.note else []),
        address,
    ]
    return "\n".join(lines)
