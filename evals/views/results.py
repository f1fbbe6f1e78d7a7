"""All answers of a run, to take away."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.http import StreamingHttpResponse
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from evals.comparing.cells import cells_of
from evals.comparing.content import suite_text
from evals.models import Result, Run
from evals.views.board import board
from evals.views.finding import find_run
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission

COLUMNS: Final = (
    "case", "arm", "version", "repeat", "passed", "score", "failed_checks", "error", "refused", "latency_ms",
    "input_tokens", "output_tokens", "cost_usd", "model", "model_returned", "call_id", "done_at", "output",
)  # fmt: skip


@require_safe
@staff_page(Permission.EVALS_READ)
def run_csv(request: TenantRequest, run_id: UUID) -> StreamingHttpResponse:
    run = find_run(run_id)
    versions = f"{run.base}-{run.head}" if run.base else str(run.head)
    rows = _rows(run, _chosen(run, request.GET.get("only", "")))
    return spreadsheet.answer(
        f"{run.suite.suite}-{versions}", COLUMNS, rows, url=request.build_absolute_uri(), at=datetime.now(UTC)
    )


def _chosen(run: Run, only: str) -> list[str] | None:
    """Cases as the chips of the page choose them; None: all."""
    if not only:
        return None
    suite = suite_text(run.suite_id)
    cells = cells_of(run, {key: case.must_pass for key, case in suite.cases.items()})
    return [cell.key for cell in board(run, cells, suite.cases, only=only, case="").found]


def _rows(run: Run, cases: list[str] | None) -> Iterator[tuple[object, ...]]:
    rows = Result.objects.of(run).asked()
    rows = rows if cases is None else rows.filter(case__in=cases)
    for row in rows.order_by("case", "repeat", "arm").iterator(chunk_size=500):
        yield (
            row.case,
            row.arm,
            str(run.version_of(row.arm)),
            row.repeat,
            row.passed,
            row.score,
            "; ".join(_failed(row.checks)),
            row.error,
            row.refused,
            row.latency_ms,
            row.input_tokens,
            row.output_tokens,
            row.cost_usd,
            row.model,
            row.model_returned,
            row.call_id,
            row.done_at and row.done_at.astimezone(UTC).isoformat(),
            row.output,
        )


def _failed(checks: list[dict[str, Any]]) -> Iterator[str]:
    for check in checks:
        if check["verdict"] != "pass":
            yield f"{check['type']} ({check['verdict']}): {check.get('reason', '')}"
