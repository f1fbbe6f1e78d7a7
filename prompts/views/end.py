"""A lane serves nothing of its own any more: a tenant gets what everybody gets, or nobody gets the prompt there."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from costs import reports
from costs.reports.periods import Period
from prompts import services
from prompts.forms import ReleaseForm
from prompts.models import Release
from prompts.services import Overtaken
from prompts.views import resumed
from prompts.views.back_words import end_button, end_heading
from prompts.views.beside import if_ended
from prompts.views.lane import Lane, newest
from prompts.views.switched_off import switched_off
from prompts.views.wording import happened
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission

_WEEK: Final = timedelta(days=7)
_HOUR: Final = timedelta(hours=1)


@resumed.worded("end")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(Permission.PROMPTS_RELEASE)
def prompt_end(request: TenantRequest, name: str) -> HttpResponse:
    lane = Lane.asked(request, name)
    if request.method != "POST":
        return _show(request, lane, ReleaseForm())
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _show(request, lane, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _end(request, lane, form)


def _end(request: TenantRequest, lane: Lane, form: ReleaseForm) -> HttpResponse:
    given = form.cleaned_data
    if _is_over(lane):
        return redirect(lane.home)
    try:
        services.end(
            lane.prompt,
            environment=lane.environment,
            tenant=lane.tenant,
            expected=given["expected"],
            note=given["note"],
            by=request.principal.actor,
        )
    except Overtaken:
        now, done = lane.again(), newest(lane.prompt, lane.environment, since=given["expected"])
        # Pressed twice at once.
        if _is_over(now):
            return redirect(lane.home)
        given["expected"] = now.last_number
        return _show(request, now, form, overtaken=done, status=HTTPStatus.CONFLICT)
    return redirect(lane.home)


def _is_over(lane: Lane) -> bool:
    return lane.live is None and lane.canary is None


def _show(
    request: TenantRequest,
    lane: Lane,
    form: ReleaseForm,
    *,
    overtaken: Release | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    at = datetime.now(UTC)
    is_over = _is_over(lane)
    context: dict[str, Any] = {
        **switched_off(request, lane.prompt),
        "prompt": lane.prompt,
        "environment": lane.environment,
        "lane": lane,
        "is_over": is_over,
        "heading": end_heading(lane).partition(lane.prompt.name),
        "button": end_button(lane),
        "ends": lane.live or lane.canary,
        "own": services.own_main_lanes(lane.prompt, lane.environment).count(),
        "canaries": services.common_canaries(lane.prompt, lane.environment).count(),
        "beside": [] if is_over else if_ended(lane),
        "calls": None if is_over else _calls(lane, at),
        "form": form,
        "expected": form.cleaned_data.get("expected", lane.last_number) if form.is_bound else lane.last_number,
        "overtaken": happened(overtaken) if overtaken else None,
        "is_refused": status >= HTTPStatus.BAD_REQUEST,
        "reader": request.principal.actor.id,
        "action": reverse("prompts:prompt-end", args=[lane.prompt.name], query=lane.query),
        "at": at,
    }
    return render(request, "prompts/prompt_end.html", context, status=status)


def _calls(lane: Lane, at: datetime) -> int | None:
    """Of the last seven days, of those for whom something changes; None: nobody can tell."""
    last = at.replace(minute=0, second=0, microsecond=0) + _HOUR
    week = Period(last - _WEEK, last)
    if lane.tenant is not None:
        return reports.calls_of_prompt(lane.prompt, lane.environment, Q(tenant=lane.tenant), week)
    # Who has a main lane of its own goes on with that.
    apart = services.own_main_lanes(lane.prompt, lane.environment).order_by().values("tenant")
    return reports.calls_of_prompt(lane.prompt, lane.environment, ~Q(tenant__in=apart), week)
