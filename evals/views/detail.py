"""One run: how far it is, then what it says, case by case."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aiops.lib.showing import short
from evals.comparing.cells import cells_of
from evals.comparing.content import suite_text
from evals.models import Run
from evals.pills import pill_of
from evals.views.board import board
from evals.views.deciding import decision_on
from evals.views.finding import find_between, find_run, progress, runs
from evals.views.opened import open_case
from evals.views.running import show_running
from evals.views.verdicts import Verdict, verdict_of
from prompts.diffing import diff
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission

_OTHERS: Final = 8
# The element in the page that holds the case which is open.
_CASE: Final = "case"


@require_safe
@never_cache
@staff_page(Permission.EVALS_READ)
def run_detail(request: TenantRequest, run_id: UUID) -> HttpResponse:
    run = find_run(run_id)
    if run.state == Run.State.RUNNING:
        return show_running(request, run)
    is_part = request.headers.get("HX-Target") == _CASE
    response = _part(request, run) if is_part else _whole(request, run)
    # One address, two answers: the page, and the case in it that a step through them opens.
    patch_vary_headers(response, ["HX-Target"])
    return response


@require_safe
@staff_page(Permission.EVALS_READ)
def run_between(request: TenantRequest, suite: str, base: str, head: str) -> HttpResponse:
    """An address that says what is compared, for messages and merge requests: the newest run of these two."""
    return redirect("evals:run-detail", find_between(suite, base, head).pk)


def _whole(request: TenantRequest, run: Run) -> HttpResponse:
    suite = suite_text(run.suite_id)
    cells = cells_of(run, {key: case.must_pass for key, case in suite.cases.items()})
    asked = request.GET
    found = board(run, cells, suite.cases, only=asked.get("only", ""), case=asked.get("case", ""))
    opened = open_case(run, found.opened.key, suite.cases, repeat=_repeat(request)) if found.opened else None
    verdict = verdict_of(run, cells, margin=suite.margin)
    context = {
        "run": run,
        "at": datetime.now(UTC),
        "pill": pill_of(run),
        "reader": request.principal.actor.id,
        "judge": short(suite.judge, 40),
        "board": found,
        "only": found.only,
        "opened": opened,
        "verdict": verdict,
        "is_whole": "all" in asked,
        "shows_prompt": "prompt" in asked,
        "prompt_diff": diff(run.base.bundle, run.head.bundle) if run.base else None,
        "others": _others(run),
        "message": _message(run, verdict),
        "decision": decision_on(request, run),
        "answered": progress(run)[run.pk] if run.state == Run.State.CANCELLED else None,
    }
    return render(request, "evals/run_detail.html", context)


def _part(request: TenantRequest, run: Run) -> HttpResponse:
    """Only the case that is opened: a step must not count all of them anew."""
    cases = suite_text(run.suite_id).cases
    opened = open_case(run, request.GET.get("case", ""), cases, repeat=_repeat(request))
    return render(request, "evals/_case.html", {"run": run, "opened": opened, "only": request.GET.get("only", "")})


def _repeat(request: TenantRequest) -> int | None:
    text = request.GET.get("answer", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def _others(run: Run) -> list[Run]:
    """Of the same suite and prompt, to go to from here."""
    rows = runs().filter(suite__suite=run.suite.suite_id, prompt=run.prompt_id, kind=Run.Kind.COMPARISON)
    return list(rows.exclude(pk=run.pk).newest_first()[:_OTHERS])


def _message(run: Run, verdict: Verdict) -> str:
    """What goes back to whoever wrote the version, ready to be sent."""
    about = f"{run.prompt} {run.base} → {run.head}" if run.base else f"{run.prompt} {run.head}"
    link = f"{settings.AIOPS_URL}/evals/runs/{run.pk}/"
    return f"{about}, suite {run.suite.suite}: {verdict.pill.word.lower()}. {verdict.headline}.\n{verdict.text}\n{link}"
