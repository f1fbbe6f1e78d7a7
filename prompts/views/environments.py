"""Which environments take more than a verdict to be released to: told to all, changed by admins."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from prompts import services
from prompts.forms import ProtectionForm
from prompts.models import PlannedRelease, Protection, Release
from prompts.services import PRODUCTION
from prompts.views import resumed
from prompts.views.finding import find_environment, in_order
from tenants import revisions
from tenants.actors import Actor
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.models import OPERATOR, ApiKey, Revision, Role
from tenants.permissions import Permission

_NONE = "engineer:no"


@dataclass(frozen=True, slots=True)
class EnvironmentRow:
    name: str
    protection: Protection | None
    # So many releases wait there.
    waiting: int


@require_safe
@never_cache
@staff_page(Permission.PROMPTS_READ)
def environment_list(request: TenantRequest) -> HttpResponse:
    protected = {each.environment: each for each in Protection.objects.all()}
    waiting = list(PlannedRelease.objects.open().values_list("environment", flat=True))
    context = {
        "rows": [EnvironmentRow(name, protected.get(name), waiting.count(name)) for name in _names(set(protected))],
        "may_protect": may_everywhere(request, Permission.PROMPTS_PROTECT),
    }
    return render(request, "prompts/environment_list.html", context)


@resumed.worded("protect")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(Permission.PROMPTS_PROTECT)
def environment_protect(request: TenantRequest, environment: str) -> HttpResponse:
    environment = find_environment(environment)
    if request.method != "POST":
        return _show(request, environment, ProtectionForm(initial=_initial(services.protection_of(environment))))
    form = ProtectionForm(request.POST)
    if not form.is_valid():
        return _show(request, environment, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _protect(request, environment, form)


def _protect(request: TenantRequest, environment: str, form: ProtectionForm) -> HttpResponse:
    role, second_person = form.cleaned_data["role"], form.cleaned_data["second_person"]
    wanted = _key(role, second_person=second_person)
    with revisions.changing(Revision.Name.CONFIG):
        before = services.protection_of(environment)
        if _told(before) not in (wanted, form.cleaned_data["seen"] or _told(before)):
            return _show(request, environment, form, is_changed=True, status=HTTPStatus.CONFLICT)
        _set(environment, role, second_person=second_person, by=request.principal.actor)
    messages.success(request, f"{environment}: {_words(role, second_person=second_person)}")
    return redirect("environments:environment-list")


def _set(environment: str, role: str, *, second_person: bool, by: Actor) -> None:
    at = datetime.now(UTC)
    if _key(role, second_person=second_person) == _NONE:
        services.unprotect(environment, by=by, at=at)
    else:
        services.protect(environment, role=Role(role), second_person=second_person, by=by, at=at)


def _show(
    request: TenantRequest,
    environment: str,
    form: ProtectionForm,
    *,
    is_changed: bool = False,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    now = services.protection_of(environment)
    context = {
        "environment": environment,
        "protection": now,
        "form": form,
        # What it was sent with, unless that is what is told just now.
        "seen": form.data.get("seen", "") if form.is_bound and not is_changed else _told(now),
        "is_changed": is_changed,
        "is_refused": status >= HTTPStatus.BAD_REQUEST,
        "waiting": PlannedRelease.objects.open().filter(environment=environment).count(),
        "at": datetime.now(UTC),
    }
    return render(request, "prompts/environment_protect.html", context, status=status)


def _names(protected: set[str]) -> list[str]:
    """Where something was released or waits, where a customer's key calls from, and what is protected."""
    released = Release.objects.order_by().values_list("environment", flat=True).distinct()
    planned = PlannedRelease.objects.open().order_by().values_list("environment", flat=True).distinct()
    keys = ApiKey.objects.filter(revoked_at=None).exclude(tenant__slug=OPERATOR)
    called = keys.order_by().values_list("environment", flat=True).distinct()
    return in_order({PRODUCTION, *protected, *released, *planned, *called})


def _initial(protection: Protection | None) -> dict[str, str]:
    role, _, second = _told(protection).partition(":")
    return {"role": role, "second_person": second}


def _told(protection: Protection | None) -> str:
    return _key(protection.role, second_person=protection.second_person) if protection else _NONE


def _key(role: str, *, second_person: bool) -> str:
    return f"{role}:{'yes' if second_person else 'no'}"


def _words(role: str, *, second_person: bool) -> str:
    who = "admins alone" if role == Role.ADMIN else "engineers and admins"
    return f"{who} release there, {'and a second person approves' if second_person else 'each by themselves'}."
