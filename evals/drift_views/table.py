"""All canaries of a suite, number by number, to take away."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from evals.drift.cusum import Baseline, Sums
from evals.drift.history import History, history_of
from evals.drift.series import arm_of
from evals.drift.signals import SIGNALS, models_of
from evals.models import Run, Suite
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission

COLUMNS: Final = (
    "run", "started_at", "version", "suite_version", "models", "signal", "value", "usual", "usual_low", "usual_high",
    "sum_up", "sum_down",
)  # fmt: skip


@require_safe
@staff_page(Permission.EVALS_READ)
def signal_csv(request: TenantRequest, suite: str) -> StreamingHttpResponse:
    """A value that could not be measured is an empty cell."""
    found = get_object_or_404(Suite.objects.select_related("prompt", "current"), name=suite)
    # Read here: the rows are written when this request's scope is over.
    rows = list(_rows(history_of(found)))
    url, name = request.build_absolute_uri(), f"{found}-canaries"
    return spreadsheet.answer(name, COLUMNS, rows, url=url, at=datetime.now(UTC))


def _rows(history: History) -> Iterator[tuple[object, ...]]:
    sums = {
        (run.pk, each.signal.name): (each.watched.baseline, told)
        for each in history.series
        for run, told in zip(each.runs, each.watched.sums, strict=True)
    }
    for run in history.runs:
        for signal in SIGNALS:
            yield (
                *_of_run(run),
                signal.name,
                signal.of(arm_of(run)),
                *_watched(*sums.get((run.pk, signal.name), (None, None))),
            )


def _of_run(run: Run) -> tuple[object, ...]:
    models = " ".join(models_of(arm_of(run)))
    return run.pk, run.started_at.astimezone(UTC).isoformat(), str(run.head), run.suite.number, models


def _watched(baseline: Baseline | None, sums: Sums | None) -> tuple[object, ...]:
    usual = (baseline.mean, *baseline.band) if baseline else (None, None, None)
    return (*usual, *(sums or (None, None)))
