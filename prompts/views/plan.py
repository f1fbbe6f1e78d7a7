"""One release that waits: what it changes, who may let it go live; then it is approved, declined or cancelled."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evals import services as evals
from evals.services import planning
from evals.services.planning import Moot
from evals.services.seconding import NeedsSecondPerson, NotThisRole
from prompts import services
from prompts.diffing import diff
from prompts.forms import DecisionForm
from prompts.models import EVERYBODY, PlannedRelease, Release
from prompts.views import resumed
from prompts.views.audience import LATER, NOW, TENANT, Audience
from prompts.views.in_force import Served, in_force
from prompts.views.kept import kept
from prompts.views.lane import newest
from prompts.views.plan_lines import line
from prompts.views.release_words import does, verdict
from prompts.views.shifting import Shift
from prompts.views.switched_off import switched_off
from prompts.views.taken_back import taken_back
from prompts.views.wording import happened
from tenants.actors import Actor
from tenants.http import TenantRequest, may_everywhere, posted, staff_page
from tenants.permissions import Permission
from tenants.refusals import NotFound, Refused

_State = PlannedRelease.State
# The element that is asked for again until every gateway serves it; htmx's word for "no more".
_SERVED: Final = "served"
_STOP_ASKING: Final = 286
# What a press leads to: pressed twice, it stands so already.
_REACHED: Final = {
    "approve": (_State.SCHEDULED, _State.RELEASED),
    "decline": (_State.DECLINED,),
    "cancel": (_State.CANCELLED,),
}


@require_safe
@never_cache
@staff_page(Permission.PROMPTS_READ)
def plan_detail(request: TenantRequest, plan_id: UUID) -> HttpResponse:
    plan = _find(plan_id)
    if request.headers.get("HX-Target") == _SERVED:
        served = _served(plan, datetime.now(UTC))
        status = _STOP_ASKING if served is None or served.in_force.is_complete else HTTPStatus.OK
        response = render(request, "prompts/_in_force.html", {"served": served}, status=status)
    else:
        response = _show(request, plan, DecisionForm(), what=request.GET.get("open", ""))
    # One address, two answers: the page, and the part of it that is asked for again.
    patch_vary_headers(response, ["HX-Target"])
    return response


def _home(request: TenantRequest, plan_id: UUID) -> str:
    return reverse("planned:plan-detail", args=[plan_id])


@resumed.worded("approve")
@never_cache
@staff_page(Permission.PROMPTS_RELEASE)
@posted(_home)
def plan_approve(request: TenantRequest, plan_id: UUID) -> HttpResponse:
    return _decide(request, plan_id, "approve", planning.approve)


@resumed.worded("decline")
@never_cache
@staff_page(Permission.PROMPTS_RELEASE)
@posted(_home)
def plan_decline(request: TenantRequest, plan_id: UUID) -> HttpResponse:
    return _decide(request, plan_id, "decline", planning.decline)


@resumed.worded("cancel")
@never_cache
@staff_page(Permission.PROMPTS_RELEASE)
@posted(_home)
def plan_cancel(request: TenantRequest, plan_id: UUID) -> HttpResponse:
    return _decide(request, plan_id, "cancel", planning.cancel)


def _decide(request: TenantRequest, plan_id: UUID, what: str, act: Callable[..., PlannedRelease]) -> HttpResponse:
    plan, form, by = (
        _find(plan_id),
        DecisionForm(request.POST, is_why_needed=what == "decline"),
        request.principal.actor,
    )
    if not form.is_valid():
        return _show(request, plan, form, what=what, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    expected = form.cleaned_data["expected"]
    if what == "approve" and plan.is_open and expected not in (None, _last(plan)):
        overtaken = newest(plan.prompt, plan.environment, since=expected)
        return _show(request, plan, form, what=what, overtaken=overtaken, status=HTTPStatus.CONFLICT)
    try:
        act(plan, note=form.cleaned_data["note"], by=by)
    except Refused as refused:
        now = _find(plan_id)
        if not _is_done(now, what, by):
            return _show(request, now, form, what=what, refused=refused, status=HTTPStatus(refused.status))
    return redirect(_home(request, plan_id))


def _is_done(plan: PlannedRelease, what: str, by: Actor) -> bool:
    """By this very person, as by a double tap."""
    return plan.state in _REACHED[what] and (plan.decided_by_kind, plan.decided_by_id) == (by.kind, by.id)


def _find(plan_id: UUID) -> PlannedRelease:
    try:
        return planning.find_planned(plan_id)
    except NotFound as missing:
        raise Http404 from missing


def _last(plan: PlannedRelease) -> int:
    return services.last_number(plan.prompt, plan.environment)


def _show(
    request: TenantRequest,
    plan: PlannedRelease,
    form: DecisionForm,
    *,
    what: str = "",
    refused: Refused | None = None,
    overtaken: Release | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    at, actor = datetime.now(UTC), request.principal.actor
    may_release = may_everywhere(request, Permission.PROMPTS_RELEASE)
    moot = planning.moot_of([plan]).get(plan.pk)
    shown = line(plan, request, at, may_release=may_release, moot=moot)
    outlook: dict[str, Any] = _outlook(plan, moot) if plan.is_open else {"served": _served(plan, at)}
    shift = outlook["page"]["shift"] if plan.is_open else None
    context: dict[str, Any] = {
        "line": shown,
        "plan": plan,
        "prompt": plan.prompt,
        "version": plan.version,
        "environment": plan.environment,
        "does": does(plan.version, plan.environment, shown.people, is_canary=plan.percent < EVERYBODY, shift=shift),
        "is_approved": plan.state == _State.SCHEDULED and plan.decider is not None,
        "why_not": _why_not(plan, actor, at) if shown.is_waiting and may_release else "",
        "may_release": may_release,
        "form": form,
        "what": what,
        "refused": _said(refused, plan, actor) if refused else "",
        "overtaken": happened(overtaken) if overtaken else None,
        **switched_off(request, plan.prompt, plan.version),
        "is_refused": status >= HTTPStatus.BAD_REQUEST,
        "anew": _anew(plan),
        "reader": actor.id,
        "at": at,
        **outlook,
    }
    return render(request, "prompts/plan_detail.html", context, status=status)


def _outlook(plan: PlannedRelease, moot: Moot | None) -> dict[str, Any]:
    """What it would change, as things are now."""
    live = services.served(plan.prompt, plan.environment, plan.tenant)
    standings = list(evals.standings(plan.version, plan.environment, plan.tenant))
    canary = services.canary(plan.prompt, plan.environment, plan.tenant)
    audience = Audience(
        TENANT if plan.tenant else "", plan.percent, plan.tenant, LATER if plan.due_at else NOW, plan.due_at
    )
    return {
        "audience": audience,
        "canary": canary,
        "page": {
            "asks": plan.state == _State.WAITING,
            "shift": Shift.of(plan.version, canary, live, audience),
        },
        "live": live,
        "kept": None if plan.tenant else kept(plan.prompt, plan.environment),
        "taken_back": taken_back(plan.version, plan.environment, plan.tenant),
        "diff": diff(live.version.bundle, plan.version.bundle) if live else None,
        "standings": [(each, verdict(each)) for each in standings],
        "already": planning.served_already(plan) if moot and moot.is_live else None,
        "overruled": moot.why if moot and not moot.is_live else "",
        # Whoever approves it would be refused, and only cancelling is left.
        "is_moot": moot is not None,
        # What was green when it was asked for need not be so now: then it cannot be made.
        "is_stuck": not plan.override_reason and any(each.why for each in standings),
        "expected": _last(plan),
        "protection": services.protection_of(plan.environment),
    }


def _why_not(plan: PlannedRelease, by: Actor, at: datetime) -> str:
    refused = planning.refused_approval(plan, by=by, at=at)
    return _said(refused, plan, by) if refused else ""


def _said(refused: Refused, plan: PlannedRelease, by: Actor) -> str:
    """To whom it is about, and not of them."""
    if isinstance(refused, NeedsSecondPerson) and (plan.asked_by_kind, plan.asked_by_id) == (by.kind, by.id):
        return "You asked for it: a second person approves it."
    if isinstance(refused, NotThisRole):
        return f"{refused.who.capitalize()} alone approve a release to {plan.environment}, and you are none of them."
    return refused.sentence


def _served(plan: PlannedRelease, at: datetime) -> Served | None:
    """How many gateways have it in force, while that is news and it is what is served still."""
    release = plan.release
    if release is None or release.number != _last(plan):
        return None
    served = Served(release, in_force(at), at)
    return served if served.is_news else None


def _anew(plan: PlannedRelease) -> str:
    query = {"version": plan.version.hash, "environment": plan.environment, "percent": str(plan.percent)}
    query |= {"tenant": plan.tenant.slug} if plan.tenant else {}
    return reverse("prompts:prompt-release", args=[plan.prompt.name], query=query)
