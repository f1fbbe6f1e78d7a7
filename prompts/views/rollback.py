"""Going back to what was live before: nothing stands in its way."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from prompts.diffing import diff
from prompts.forms import ReleaseForm
from prompts.models import PromptVersion, Release
from prompts.services import Overtaken, check_seen
from prompts.views import resumed
from prompts.views.aims import Aim, What, find_aim
from prompts.views.back_words import button, heading
from prompts.views.beside import if_rolled_back
from prompts.views.lane import Lane, newest
from prompts.views.switched_off import switched_off
from prompts.views.wording import happened
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission

_CHOICES = 20


@resumed.worded("rollback")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(Permission.PROMPTS_RELEASE)
def prompt_rollback(request: TenantRequest, name: str) -> HttpResponse:
    lane = Lane.asked(request, name)
    aim = find_aim(lane, request.GET)
    if request.method != "POST" or aim is None:
        status = HTTPStatus.OK if request.method != "POST" else HTTPStatus.CONFLICT
        return _show(request, lane, aim, ReleaseForm(), status=status)
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _show(request, lane, aim, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _roll_back(request, lane, aim, form)


def _roll_back(request: TenantRequest, lane: Lane, aim: Aim, form: ReleaseForm) -> HttpResponse:
    given = form.cleaned_data
    try:
        if aim.is_reached(lane):
            return redirect(lane.home)
        if not aim.is_possible(lane):
            check_seen(lane.prompt, lane.environment, given["expected"])
            return _show(request, lane, aim, form, status=HTTPStatus.CONFLICT)
        aim.carry_out(lane, expected=given["expected"], note=given["note"], by=request.principal.actor)
    except Overtaken:
        now, done = lane.again(), newest(lane.prompt, lane.environment, since=given["expected"])
        # Pressed twice at once.
        if aim.is_reached(now):
            return redirect(lane.home)
        goal = aim if aim.is_possible(now) else Aim.next(now)
        given["expected"] = now.last_number
        return _show(request, now, goal, form, overtaken=done, status=HTTPStatus.CONFLICT)
    return redirect(lane.home)


def _show(
    request: TenantRequest,
    lane: Lane,
    aim: Aim | None,
    form: ReleaseForm,
    *,
    overtaken: Release | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    is_done = aim is not None and aim.is_reached(lane)
    others = _others(lane)
    context: dict[str, Any] = {
        "prompt": lane.prompt,
        "environment": lane.environment,
        "lane": lane,
        "aim": aim,
        "target": aim.version if aim else None,
        "is_done": is_done,
        # Around the prompt's name, which is not to be cut at its hyphens.
        "heading": heading(lane, aim, is_done=is_done, has_others=bool(others)).partition(lane.prompt.name),
        "button": button(lane, aim),
        **switched_off(request, lane.prompt),
        "form": form,
        "expected": form.cleaned_data.get("expected", lane.last_number) if form.is_bound else lane.last_number,
        "overtaken": happened(overtaken) if overtaken else None,
        "is_refused": status >= HTTPStatus.BAD_REQUEST,
        "changes_from": _changes_from(lane, aim),
        # As the text that changes is shown.
        "changes_from_row": _changes_from_row(lane, aim),
        "diff": _diff(lane, aim),
        "others": others,
        # Releases that wait there: one pressed away at night must not come back by itself.
        "beside": if_rolled_back(lane),
        "is_outage": aim is not None and aim.what is What.OWN and aim.version is None,
        # While only a canary is to end, the way back for all, of one press more.
        "all_back": lane.before if aim is not None and aim.what is What.CANARY else None,
        "reader": request.principal.actor.id,
        "action": _address(lane, aim),
        "at": datetime.now(UTC),
    }
    return render(request, "prompts/prompt_rollback.html", context, status=status)


def _changes_from(lane: Lane, aim: Aim | None) -> PromptVersion | None:
    """What the people get by now for whom something changes."""
    row = _changes_from_row(lane, aim)
    return row.version if row else None


def _changes_from_row(lane: Lane, aim: Aim | None) -> Release | None:
    return lane.canary if aim is not None and aim.what is What.CANARY and lane.canary is not None else lane.served


def _diff(lane: Lane, aim: Aim | None) -> Any:
    now, then = _changes_from(lane, aim), aim.version if aim else None
    return diff(now.bundle, then.bundle) if now and then else None


def _address(lane: Lane, aim: Aim | None) -> str:
    query = lane.query | (aim.query if aim else {})
    return reverse("prompts:prompt-rollback", args=[lane.prompt.name], query=query)


def _others(lane: Lane) -> list[Release]:
    """Of each version that was live there, the last time it was; the latest of them first."""
    rows = Release.objects.of(lane.prompt, lane.environment).filter(tenant=lane.tenant, lane=Release.Lane.MAIN)
    rows = rows.filter(percent__gt=0).exclude(version=lane.live.version_id if lane.live else None)
    last = rows.order_by("version", "-number").distinct("version").select_related("version").defer("version__content")
    return sorted(last, key=lambda release: -release.number)[:_CHOICES]
