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
from prompts.forms import ReleaseForm
from prompts.models import PlannedRelease, Release
from prompts.services import Overtaken
from prompts.views import resumed
from prompts.views.audience import LATER, Audience, audience_of
from prompts.views.chosen import chosen
from prompts.views.finding import find_prompt
from prompts.views.focus import focus_of
from prompts.views.lane import Lane, newest
from prompts.views.looked_at import LookedAt
from prompts.views.pressing import once
from prompts.views.release_page import Drawn, draw
from prompts.views.release_words import since_then
from prompts.views.switched_off import switched_off
from prompts.views.wording import happened
from tenants.actors import Actor
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission
from tenants.refusals import Conflict, Invalid, NotAllowed

_WHY: Final = f"Say why in at least {LEAST_REASON} characters: it is kept in the audit log."
_NO_TIME: Final = "Say when it has to go live."
_CHOSEN_ANEW: Final = "You chose something else since the button was drawn. It says now what it does: press it again."


@resumed.worded("release")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(Permission.PROMPTS_RELEASE)
def prompt_release(request: TenantRequest, name: str) -> HttpResponse:
    place, posted, now = chosen(request, find_prompt(name)), request.POST, datetime.now(UTC)
    audience = audience_of(posted if request.method == "POST" else request.GET, now=now)
    form = ReleaseForm(place.form_of(posted)) if request.method == "POST" else ReleaseForm()
    drawn = draw(place, audience, form, by=request.principal.actor, at=now)
    if request.method != "POST":
        return _show(request, drawn)
    if "look" in posted:
        focus = focus_of(posted, audience, is_moved=place.is_moved)
        return _show(request, replace(drawn, is_looking=True, focus=focus))
    return _press(request, drawn, LookedAt.parse(posted.get("seen", "")))


def _press(request: TenantRequest, drawn: Drawn, was: LookedAt | None) -> HttpResponse:
    audience, form, now = drawn.audience, drawn.form, drawn.looked_at
    if audience.when == LATER and audience.due_at is None and "at" not in audience.faults:
        drawn = drawn.with_fault("at", _NO_TIME)
    if not audience.is_whole and "q" not in audience.faults:
        drawn = drawn.with_fault("q", "Choose a customer.")
    if not form.is_valid() or drawn.audience.faults:
        return _show(request, drawn, HTTPStatus.UNPROCESSABLE_ENTITY)
    if drawn.asks and was is None:
        return _show(
            request, drawn.saying(drawn.takes.alone.sentence if drawn.takes.alone else ""), HTTPStatus.FORBIDDEN
        )
    if (was is None and drawn.place.is_moved) or (was is not None and was.choice != now.choice):
        return _show(request, drawn.saying(_CHOSEN_ANEW), HTTPStatus.UNPROCESSABLE_ENTITY)
    if was is not None and was.whom != now.whom:
        return _show(request, drawn.saying(since_then(drawn.environment, drawn.takes)), HTTPStatus.UNPROCESSABLE_ENTITY)
    return _ask(request, drawn, was) if drawn.waits else _release(request, drawn, was)


def _release(request: TenantRequest, drawn: Drawn, was: LookedAt | None) -> HttpResponse:
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
                )
    except Overtaken:
        return _overtaken(request, drawn, was)
    except (NoVerdict, Invalid):
        drawn.form.add_error("override", _WHY)
        return _show(request, drawn, HTTPStatus.UNPROCESSABLE_ENTITY)
    except (NotAllowed, Conflict) as refused:
        return _show(request, drawn.anew().saying(refused.sentence), refused.status)
    return redirect(Lane(version.prompt, environment, audience.tenant).home)


def _overtaken(request: TenantRequest, drawn: Drawn, was: LookedAt | None) -> HttpResponse:
    """Say who was faster, and keep what was typed. The button goes on from there, unless it comes to something else."""
    now, since = drawn.anew(), drawn.form.cleaned_data["expected"]
    by = newest(drawn.version.prompt, drawn.environment, since=since)
    drawn.form.cleaned_data["expected"] = now.now.last_number
    is_back = by is not None and by.kind != Release.Kind.RELEASE and by.tenant in (None, drawn.audience.tenant)
    is_another = is_back or (was is not None and was.act != now.looked_at.act)
    seen = (was or now.looked_at).spent() if is_another and now.has_button else None
    return _show(request, replace(now, overtaken=happened(by) if by else None, was=seen), HTTPStatus.CONFLICT)


def _ask(request: TenantRequest, drawn: Drawn, was: LookedAt | None) -> HttpResponse:
    version, environment, audience, given = drawn.version, drawn.environment, drawn.audience, drawn.form.cleaned_data
    by = request.principal.actor
    if (mine := _asked_already(drawn, by)) is not None:
        return redirect("planned:plan-detail", mine.pk)
    if given["expected"] != drawn.now.last_number:
        return _overtaken(request, drawn, was)
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
    except planning.WaitsAlready as refused:
        return _show(request, drawn.anew().saying(_first(refused.first, by)), refused.status)
    except Conflict as refused:
        return _show(request, drawn.anew().saying(refused.sentence), refused.status)
    return redirect("planned:plan-detail", plan.pk)


def _first(plan: PlannedRelease, reader: Actor) -> str:
    """The page leads to it."""
    is_own = (plan.asked_by_kind, plan.asked_by_id) == (reader.kind, reader.id)
    who = "You" if is_own else plan.asked_by_label
    return f"{who} asked for {plan.version} first, and only one can wait here."


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
        **switched_off(request, drawn.version.prompt, drawn.version),
        "reader": request.principal.actor.id,
        "is_refused": status >= HTTPStatus.BAD_REQUEST,
    }
    return render(request, "prompts/prompt_release.html", context, status=status)
