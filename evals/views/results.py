"""All answers of a run, to take away."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.http import StreamingHttpResponse
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from evals.models import Result, Run
from evals.views.finding import find_run
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission

COLUMNS: Final = (
    "case", "arm", "version", "repeat", "passed", "score", "failed_checks", "error", "refused", "latency_ms",
    "input_tokens", "output_tokens", "cost_usd", "model", "model_returned", "call_id", "done_at", "output",
)  # fmt: skip


@require_safe
@staff_page(Permission.EVALS_READ)  # type: ignore[arg-type]  # that an answer streams its type does not foresee
def run_csv(request: TenantRequest, run_id: UUID) -> StreamingHttpResponse:
    run = find_run(run_id)
    name = f"{run.suite.suite}-{run.head}"
    return spreadsheet.answer(name, COLUMNS, _rows(run), url=request.build_absolute_uri(), at=datetime.now(UTC))


def _rows(run: Run) -> Iterator[tuple[object, ...]]:
    for row in Result.objects.of(run).asked().order_by("case", "repeat", "arm").iterator(chunk_size=500):
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
