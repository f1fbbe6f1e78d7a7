"""All releases that wait or waited, and the same as CSV."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from prompts.models import PlannedRelease
from prompts.views.plan_lines import lines, plans
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission

_State = PlannedRelease.State
PAGE: Final = 50
_MOST: Final = 1000
_MOST_ROWS: Final = 100_000
_OPEN: Final = "open"
CHIPS: Final = {
    "": "All",
    _OPEN: "Open",
    _State.WAITING.value: "Waiting for a second person",
    _State.SCHEDULED.value: "Scheduled",
    _State.FAILED.value: "Failed",
    _State.RELEASED.value: "Released",
    _State.DECLINED.value: "Declined",
    _State.CANCELLED.value: "Cancelled",
}
COLUMNS: Final = (
    "id", "prompt", "version", "hash", "environment", "tenant", "percent", "state", "due_at", "asked_at", "asked_by",
    "note", "override_reason", "decided_at", "decided_by", "decision_note", "ended_at", "fault",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chip:
    only: str
    label: str
    count: int


@require_safe
@never_cache
@staff_page(Permission.PROMPTS_READ)
def plan_list(request: TenantRequest) -> HttpResponse:
    at, only, limit = datetime.now(UTC), _only(request), _limit(request.GET.get("limit", ""))
    rows = list(_chosen(only)[: limit + 1])
    shown = lines(rows[:limit], request, at)
    context = {
        "open": [line for line in shown if line.plan.is_open],
        "over": [line for line in shown if not line.plan.is_open],
        "chips": _chips(),
        "only": only,
        "more": limit + PAGE if len(rows) > limit else None,
        "reader": request.principal.actor.id,
        "at": at,
    }
    return render(request, "prompts/plan_list.html", context)


@require_safe
@staff_page(Permission.PROMPTS_READ)
def plan_csv(request: TenantRequest) -> StreamingHttpResponse:
    # Read here, within the request's scope.
    rows = list(map(_row, _chosen(_only(request))[:_MOST_ROWS]))
    url, at = request.build_absolute_uri(), datetime.now(UTC)
    return spreadsheet.answer("planned-releases", COLUMNS, rows, url=url, at=at)


def _chosen(only: str) -> QuerySet[PlannedRelease]:
    """Open ones first, each lot newest first."""
    states: list[str] = {"": list(_State.values), _OPEN: list(map(str, PlannedRelease.OPEN))}.get(only, [only])
    is_over = Case(When(state__in=PlannedRelease.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    return plans().filter(state__in=states).order_by(is_over, "-id")


def _chips() -> list[Chip]:
    rows = PlannedRelease.objects.order_by().values_list("state").annotate(Count("pk"))
    counts = Counter(dict(rows))
    counts.update({"": sum(counts.values()), _OPEN: sum(counts[state] for state in PlannedRelease.OPEN)})
    return [Chip(only, label, counts[only]) for only, label in CHIPS.items() if counts[only] or only in ("", _OPEN)]


def _only(request: TenantRequest) -> str:
    only = request.GET.get("only", "")
    return only if only in CHIPS else ""


def _limit(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return min(max(int(text), PAGE), _MOST) if is_number else PAGE


def _row(plan: PlannedRelease) -> tuple[object, ...]:
    return (
        plan.pk,
        plan.prompt.name,
        plan.version,
        plan.version.hash,
        plan.environment,
        plan.tenant.slug if plan.tenant else None,
        plan.percent,
        plan.state,
        _stamp(plan.due_at),
        _stamp(plan.asked_at),
        plan.asked_by_label,
        plan.note,
        plan.override_reason,
        _stamp(plan.decided_at),
        plan.decided_by_label,
        plan.decision_note,
        _stamp(plan.ended_at),
        plan.fault,
    )


def _stamp(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
