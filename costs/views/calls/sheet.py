"""The calls of an address as CSV: all of them, as they are recorded."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from costs.models import Call
from costs.reports.calls import SECONDS, hops_of, older
from costs.views.calls import asked
from costs.views.calls.asked import Asked
from costs.views.calls.lines import Line, lines_of
from tenants.http import TenantRequest, may_everywhere, page
from tenants.permissions import Permission
from tenants.scope import Tenants, scope

# No spreadsheet opens more.
MOST: Final = 1_000_000
# Rows that are read together.
LOT: Final = 2000
_OF_A_CALL: Final = (
    "session", "environment", "model_asked", "chain", "model", "provider", "prompt_version", "outcome", "error_code",
    "finish_reason", "input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens",
    "audio_input_tokens", "audio_output_tokens", "cost_usd", "cost_input", "cost_cached", "cost_cache_write",
    "cost_output", "cost_fee", "saved_usd", "price_match", "latency_ms", "first_chunk_ms", "fallback", "streamed",
    "simulated", "estimated", "stop_id", "confidence", "quotes_verified", "quotes_near", "quotes_wrong_source",
    "quotes_fabricated", "sources_given", "sources_cited", "retrieved_tokens", "uncited_tokens", "refusal",
)  # fmt: skip
# A new one comes last: programs know the others by their places.
COLUMNS: Final = ("id", "created_at", "tenant", "feature", "user", *_OF_A_CALL, "kept", "attempts", "prompt_choice")


@require_safe
@page(Permission.CALLS_READ)
def call_csv(request: TenantRequest) -> HttpResponse | StreamingHttpResponse:
    at = datetime.now(UTC)
    wanted = asked.read(request.GET, at=at, knows_prompts=may_everywhere(request, Permission.PROMPTS_READ))
    if wanted.problem:
        return HttpResponse(wanted.problem, content_type="text/plain", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    url = request.build_absolute_uri(f"{request.path}?{wanted.pinned}")
    rows = _rows(wanted, request.principal.over(Permission.CALLS_READ), at)
    return spreadsheet.answer("calls", COLUMNS, rows, url=url, at=at)


def _rows(wanted: Asked, tenants: Tenants, at: datetime) -> Iterator[Sequence[object]]:
    """Lot by lot: between two, while somebody's slow line takes what was read, no transaction is open."""
    before, left = wanted.before, MOST
    while left > 0:
        lot, before = _lot(wanted, tenants, before, min(LOT, left), at)
        yield from lot
        left -= len(lot)
        if before is None:
            return
    yield (f"Only the newest {MOST:,} fit here; ask for the calls before {before}.",)


def _lot(
    wanted: Asked, tenants: Tenants, before: UUID | None, limit: int, at: datetime
) -> tuple[list[Sequence[object]], UUID | None]:
    days = wanted.range
    with scope(tenants):
        rows = wanted.wanted.rows()
        found = older(rows, at=at, since=days.since, until=days.until, before=before, limit=limit, seconds=SECONDS)
        return [_row(line) for line in lines_of(found.calls, knows_prompts=False)], found.reached


def _row(line: Line) -> Sequence[object]:
    call = line.call
    of_whom = (line.tenant.slug if line.tenant else call.tenant_id, line.feature.slug if line.feature else "")
    recorded = (_value(getattr(call, name)) for name in _OF_A_CALL)
    return (
        call.id,
        call.created_at.isoformat(),
        *of_whom,
        line.user,
        *recorded,
        _value(call.is_kept),
        _attempts(call),
        call.prompt_choice,
    )


def _value(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _attempts(call: Call) -> str:
    """In their order; what answered has no reason."""
    return "; ".join(f"{hop.provider}/{hop.model}:{hop.reason or 'answered'}" for hop in hops_of(call))
