"""Stopping one person of a tenant: found by what their application calls them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from costs.models import EndUser
from killswitch.addresses import address
from killswitch.scopes import Scope
from tenants.http import TenantRequest, page
from tenants.models import Tenant
from tenants.permissions import Permission

_UNKNOWN = (
    "{tenant} has had no call on behalf of “{who}”. "
    "If that is their id exactly as the application sends it, they can be stopped all the same."
)


@require_safe
@never_cache
@page(Permission.SWITCHES_READ)
def person_find(request: TenantRequest, slug: str) -> HttpResponse:
    """Leads to the confirm step of whoever is found. Who has not called yet can be stopped by their exact id."""
    tenant = get_object_or_404(Tenant.objects.customers(), slug=slug)
    who = request.GET.get("who", "").strip()[:200]
    if not who:
        return redirect("killswitch:switch-detail", tenant.slug)
    person = EndUser.objects.of(tenant).filter(label__in={who, who.lower()}).order_by("-seen_at").first()
    if person is None:
        messages.info(request, _UNKNOWN.format(tenant=tenant.name, who=who))
    return redirect(address("off", slug=slug, scope=Scope.USER.value, ref=str(person.key) if person else who))
