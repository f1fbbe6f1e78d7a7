"""Letting a version go live: who gets it, when, what they get now, what the suites say; then it is done, or waits."""

from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evals import services as evals
from evals.services import planning
from evals.services.promoting import LEAST_REASON, NoVerdict
from killswitch.standing import version_stops
from prompts.forms import ReleaseForm
from prompts.models import PlannedRelease, PromptVersion
from prompts.services import PRODUCTION, Overtaken
from prompts.views.audience import LATER, Audience, audience_of
from prompts.views.finding import find_environment, find_prompt, find_version
from prompts.views.lane import Lane, newest
from prompts.views.pressing import once
from prompts.views.release_page import Drawn, draw
from tenants.actors import Actor
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission
from tenants.refusals import Conflict, Invalid, NotAllowed

_WHY: Final = f"Say why in at least {LEAST_REASON} characters: it is kept in the audit log."
_NO_TIME: Final = "Say when it has to go live."
_CHOSEN_ANEW: Final = "You chose something else since the button was drawn. It says now what it does: press it again."


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(Permission.PROMPTS_RELEASE)
def prompt_release(request: TenantRequest, name: str) -> HttpResponse:
    prompt = find_prompt(name)
    environment = find_environment(request.GET.get("environment") or PRODUCTION)
    version = find_version(prompt, request.GET.get("version") or _newest(name))
    now = datetime.now(UTC)
    audience = audience_of(request.POST if request.method == "POST" else request.GET, now=now)
    form = ReleaseForm(request.POST) if request.method == "POST" else ReleaseForm()
    drawn = draw(version, environment, audience, form, by=request.principal.actor, at=now)
    if request.method != "POST":
        return _show(request, drawn)
    if "look" in request.POST:
        return _show(request, replace(drawn, is_looking=True))
    return _press(request, drawn, is_sure=request.POST.get("seen", "") in ("", drawn.seen))


def _newest(name: str) -> str:
    return str(PromptVersion.objects.filter(prompt__name=name).order_by("-number").first())


def _press(request: TenantRequest, drawn: Drawn, *, is_sure: bool) -> HttpResponse:
    audience, form = drawn.audience, drawn.form
    if audience.when == LATER and audience.due_at is None and "at" not in audience.faults:
        drawn = drawn.with_fault("at", _NO_TIME)
    if not audience.is_whole and "q" not in audience.faults:
        drawn = drawn.with_fault("q", "Choose a customer.")
    if not form.is_valid() or drawn.audience.faults:
        return _show(request, drawn, HTTPStatus.UNPROCESSABLE_ENTITY)
    if drawn.asks and not request.POST.get("seen"):
        return _show(
            request, drawn.saying(drawn.takes.alone.sentence if drawn.takes.alone else ""), HTTPStatus.FORBIDDEN
        )
    if not is_sure:
        return _show(request, drawn.saying(_CHOSEN_ANEW), HTTPStatus.UNPROCESSABLE_ENTITY)
    return _ask(request, drawn) if drawn.waits else _release(request, drawn)


def _release(request: TenantRequest, drawn: Drawn) -> HttpResponse:
    version, environment, audience, given = drawn.version, drawn.environment, drawn.audience, drawn.form.cleaned_data
    try:
        with once(version, environment, audience, expected=given["expected"]) as is_done:
            if not is_done:
                evals.promote(
                    version,
                    environment=environment,
                    **_whom(audience),
                    note=given["note"],
                    override=given["override"],
                    by=request.principal.actor,
                    at=datetime.now(UTC),
                )
    except Overtaken as overtaken:
        # Say who was faster, keep what was typed, and let the same button go on from there.
        given["expected"] = overtaken.by.number if overtaken.by else 0
        return _show(request, drawn.overtaken(overtaken.by), HTTPStatus.CONFLICT)
    except (NoVerdict, Invalid):
        drawn.form.add_error("override", _WHY)
        return _show(request, drawn, HTTPStatus.UNPROCESSABLE_ENTITY)
    except (NotAllowed, Conflict) as refused:
        return _show(request, drawn.anew().saying(refused.sentence), refused.status)
    return redirect(Lane(version.prompt, environment, audience.tenant).home)


def _ask(request: TenantRequest, drawn: Drawn) -> HttpResponse:
    version, environment, audience, given = drawn.version, drawn.environment, drawn.audience, drawn.form.cleaned_data
    by = request.principal.actor
    if (mine := _asked_already(drawn, by)) is not None:
        return redirect("planned:plan-detail", mine.pk)
    if given["expected"] != drawn.now.last_number:
        given["expected"] = drawn.now.last_number
        return _show(request, drawn.overtaken(newest(version.prompt, environment)), HTTPStatus.CONFLICT)
    try:
        plan = planning.ask(
            version,
            environment=environment,
            **_whom(audience),
            note=given["note"],
            override=given["override"],
            due_at=audience.due_at,
            by=by,
            at=datetime.now(UTC),
        )
    except Invalid as refused:
        if refused.field == "at":
            return _show(request, drawn.with_fault("at", refused.sentence), HTTPStatus.UNPROCESSABLE_ENTITY)
        return _not_asked(request, drawn, refused)
    except NoVerdict:
        drawn.form.add_error("override", _WHY)
        return _show(request, drawn, HTTPStatus.UNPROCESSABLE_ENTITY)
    except Conflict as refused:
        return _show(request, drawn.anew().saying(refused.sentence), refused.status)
    return redirect("planned:plan-detail", plan.pk)


def _not_asked(request: TenantRequest, drawn: Drawn, refused: Invalid) -> HttpResponse:
    if refused.field == "override":
        drawn.form.add_error("override", _WHY)
        return _show(request, drawn, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _show(request, drawn.anew().saying(refused.sentence), HTTPStatus.UNPROCESSABLE_ENTITY)


def _asked_already(drawn: Drawn, by: Actor) -> PlannedRelease | None:
    """Pressed twice, it waits once."""
    plan, audience = drawn.now.open_plan, drawn.audience
    if plan is None or (plan.asked_by_kind, plan.asked_by_id) != (by.kind, by.id):
        return None
    asked = (plan.version_id, plan.percent, plan.due_at)
    return plan if asked == (drawn.version.pk, audience.percent, audience.due_at) else None


def _whom(audience: Audience) -> dict[str, Any]:
    return {"tenant": audience.tenant, "percent": audience.percent}


def _show(request: TenantRequest, drawn: Drawn, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    context = drawn.context() | {
        "reader": request.principal.actor.id,
        "stops": version_stops(),
        "is_refused": status >= HTTPStatus.BAD_REQUEST,
    }
    return render(request, "prompts/prompt_release.html", context, status=status)
