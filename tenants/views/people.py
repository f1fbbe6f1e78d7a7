from typing import Final

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from aiops.shell import THEME_COOKIE, THEMES, Shell
from tenants.http import posted
from tenants.models import Membership, Role, User
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


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied("nobody is logged in")
    return request.user
