from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from aiops.shell import DESTINATIONS, THEME_COOKIE, THEMES, Shell
from costs.reports.calls import open_call
from evals.models import Suite
from killswitch.views.finding import shared_places
from prompts.models import Prompt
from tenants.http import TenantRequest, may_everywhere, page, posted
from tenants.models import Membership, Role, Tenant, User
from tenants.permissions import Permission
from tenants.principals import of_user
from tenants.scope import ALL, scope

_HOMES: Final = {Role.MANAGER: "costs:spend", Role.AUDITOR: "tenants:audit-list"}
_YEAR: Final = 365 * 24 * 3600


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Each role begins where its work is."""
    principal = of_user(_person(request))
    role = principal.main_role
    if role is None:
        raise PermissionDenied("nobody has given this person a role")
    # An engineer of one tenant sees no evals: they are the operator's.
    if role == Role.ENGINEER and principal.over(Permission.EVALS_READ) == ALL:
        return redirect("evals:run-list")
    return redirect(_HOMES.get(role, "killswitch:switch-list"))


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    # A person may read their own memberships, whatever these let them see.
    with scope(ALL):
        memberships = list(Membership.objects.filter(user=user).select_related("tenant").order_by("tenant__name"))
    chosen = Shell(request).theme or "system"
    return render(request, "tenants/account.html", {"memberships": memberships, "themes": THEMES, "chosen": chosen})


@login_required
@posted(lambda request: reverse("tenants:account"))
def theme(request: HttpRequest) -> HttpResponse:
    chosen, back = request.POST.get("theme", ""), request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    response = redirect(back if is_ours else "tenants:account")
    if chosen in THEMES:
        secure = request.is_secure()
        response.set_cookie(THEME_COOKIE, chosen, max_age=_YEAR, samesite="Lax", httponly=True, secure=secure)
    return response


@require_safe
@page(Permission.SWITCHES_READ)
def find(request: TenantRequest) -> HttpResponse:
    """What the search offers while one types: pages, tenants, prompts, suites, and what can be stopped."""
    query = request.GET.get("q", "").strip()[:100]
    shell = Shell(request)
    pages = [each for each in DESTINATIONS if query.lower() in each.label.lower() and shell.shows(each)]
    context = {
        "call": _call(request, query),
        "pages": pages,
        "tenants": _tenants(query) if query else [],
        "prompts": _named(Prompt.objects.all(), query) if may_everywhere(request, Permission.PROMPTS_READ) else [],
        "suites": _named(Suite.objects.all(), query) if may_everywhere(request, Permission.EVALS_READ) else [],
        "may_change": request.principal.may(Permission.SWITCHES_CHANGE),
        "shared": shared_places(query) if may_everywhere(request, Permission.SWITCHES_SHARED) else [],
    }
    return render(request, "tenants/find.html", context)


def _call(request: TenantRequest, query: str) -> UUID | None:
    """A whole id, as callers are told it; the scope of calls may be another than that of switches."""
    try:
        key = UUID(query)
    except ValueError:
        return None
    with scope(request.principal.over(Permission.CALLS_READ)):
        return key if open_call(key) else None


def _tenants(query: str) -> list[Tenant]:
    words = Q(name__icontains=query) | Q(slug__icontains=query) | Q(domain__icontains=query)
    return list(Tenant.objects.customers().filter(words).order_by("name")[:8])


def _named[M: (Prompt, Suite)](rows: QuerySet[M], query: str) -> list[M]:
    return list(rows.filter(name__icontains=query).order_by("name")[:5]) if query else []


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied("nobody is logged in")
    return request.user
