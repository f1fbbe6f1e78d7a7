"""A run that is under way: how far it is, second by second, and breaking it off."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aiops.lib import figures
from evals import services
from evals.models import Run
from evals.pills import pill_of
from evals.views.finding import find_run, progress
from tenants.http import TenantRequest, may_everywhere, posted, staff_page
from tenants.permissions import Permission

# So long without a single answer: nobody works on it.
STUCK_AFTER: Final = timedelta(seconds=30)
# What a screen reader is told on the way.
_TOLD: Final = ("", "A quarter of the answers is there.", "Half of the answers are there.", "Three quarters are there.")
# Before that much is done, how long the rest takes cannot be told.
_TOLD_FROM: Final = 0.05


def show_running(request: TenantRequest, run: Run) -> HttpResponse:
    return render(request, "evals/run_running.html", _context(request, run) | {"told": ""})


@require_safe
@never_cache
@staff_page(Permission.EVALS_READ)
def run_progress(request: TenantRequest, run_id: UUID) -> HttpResponse:
    """The part of the page that is asked for again every second; the whole page once it is over.

    `quarter`: what was told before, so that nothing is told twice.
    """
    run = find_run(run_id)
    response = render(request, "evals/run_running.html#progress", _context(request, run))
    if run.state != Run.State.RUNNING:
        response["HX-Refresh"] = "true"
    return response


@staff_page(Permission.EVALS_RUN)
@posted(lambda request, run_id: reverse("evals:run-detail", args=[run_id]))
def run_cancel(request: TenantRequest, run_id: UUID) -> HttpResponse:
    run = find_run(run_id)
    services.cancel_run(run, by=request.principal.actor, at=datetime.now(UTC))
    return redirect("evals:run-detail", run.pk)


def _context(request: TenantRequest, run: Run) -> dict[str, Any]:
    at, counted = datetime.now(UTC), progress(run)[run.pk]
    planned, done = counted["planned"], counted["done"]
    since = at - run.started_at
    share = done / planned if planned else 0.0
    quarter = min(int(share * 4), len(_TOLD) - 1)
    return {
        "run": run,
        "pill": pill_of(run),
        "reader": request.principal.actor.id,
        "at": at,
        "planned": planned,
        "done": done,
        "share": share,
        "quarter": quarter,
        "told": _TOLD[quarter] if request.GET.get("quarter") != str(quarter) else "",
        "left": figures.span(since * ((1 - share) / share)) if _TOLD_FROM <= share < 1 else "",
        "is_stuck": not done and since > STUCK_AFTER,
        "may_cancel": may_everywhere(request, Permission.EVALS_RUN),
    }
