"""Turning back on: one tap, two when it was somebody else's fresh stop, a second person when it was a careful one."""

from datetime import UTC, datetime
from http import HTTPStatus

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from killswitch import services
from killswitch.models import Stop, StopEvent
from killswitch.scopes import Scope
from killswitch.standing import asks_first, roles_that_change
from killswitch.views.changes import Change
from tenants.http import TenantRequest, page
from tenants.models import Tenant
from tenants.permissions import Permission
from tenants.refusals import Conflict


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Permission.SWITCHES_CHANGE)
def switch_on(request: TenantRequest, slug: str) -> HttpResponse:
    tenant = get_object_or_404(Tenant.objects.customers(), slug=slug)
    stop = _asked_for(request, tenant)
    at = datetime.now(UTC)
    if stop is None:
        messages.info(request, f"AI is on for {tenant.name}: somebody turned it back on before you.")
        return redirect("killswitch:switch-detail", tenant.slug)
    actor = request.principal.actor
    asks = asks_first(stop, actor, at=at) and "sure" not in request.POST
    if request.method != "POST" or asks or stop.needs_another(actor):
        return _ask(request, tenant, stop)
    _check_seen(request, stop)
    services.lift(stop, by=actor, note=request.POST.get("note", "")[:2000], at=at)
    return redirect("killswitch:switch-detail", tenant.slug)


def _asked_for(request: TenantRequest, tenant: Tenant) -> Stop | None:
    """The stop in force of everything, or of the feature that is named."""
    asked = request.POST if request.method == "POST" else request.GET
    stops = Stop.objects.active().of(tenant).select_related("tenant", "feature")
    feature = asked.get("feature")
    if feature:
        return stops.filter(scope=Scope.TENANT_FEATURE, feature__slug=feature).first()
    return stops.filter(scope=Scope.TENANT).first()


def _check_seen(request: TenantRequest, stop: Stop) -> None:
    """A stop that was joined since the page showed it is not lifted unseen."""
    if request.POST.get("version", str(stop.version)) != str(stop.version):
        raise Conflict("This stop was changed since you looked at it. Look at it again, then turn it back on.")


def _joins(stop: Stop) -> QuerySet[StopEvent]:
    """What colleagues added since, which whoever lifts it should have read."""
    return stop.events.filter(kind=StopEvent.Kind.JOINED).order_by("-version")


def _ask(request: TenantRequest, tenant: Tenant, stop: Stop) -> HttpResponse:
    actor = request.principal.actor
    needs_another = stop.needs_another(actor)
    context = {
        "tenant": tenant,
        "stop": stop,
        "note": request.POST.get("note", ""),
        "joins": [Change(event) for event in _joins(stop)[:3]],
        "actor": actor,
        "needs_another": needs_another,
        "roles": roles_that_change(),
        "is_mine": stop.made_by_id == actor.id,
        "at": datetime.now(UTC),
    }
    is_refused = needs_another and request.method == "POST"
    status = HTTPStatus.FORBIDDEN if is_refused else HTTPStatus.OK
    return render(request, "killswitch/switch_on.html", context, status=status)
