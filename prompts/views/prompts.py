"""The list of prompts, and the same as CSV."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from prompts.models import PlannedRelease, Release
from prompts.views.listing import CHOICES, PAGE, Listing, Row, listing
from prompts.views.sizes import with_trends
from prompts.views.switched_off import off_for_all
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.permissions import Permission

MOST: Final = 1000
COLUMNS: Final = (
    "prompt", "feature", "description", "live", "newest_version", "newest_hash", "newest_pushed_at", "ahead", "suites",
    "verdict", "pass_rate", "judged_at", "calls_7d", "cost_usd_7d", "unpriced_calls_7d", "prompt_tokens",
    "newest_verdict", "stopped", "canaries", "tenants", "orphaned_at",
)  # fmt: skip


@require_safe
@never_cache
@staff_page(Permission.PROMPTS_READ)
def prompt_list(request: TenantRequest) -> HttpResponse:
    at, limit = datetime.now(UTC), _limit(request.GET.get("limit", ""))
    found, text, only = _asked(request, at, limit)
    context = {
        **off_for_all(request),
        "reader": request.principal.actor.id,
        "listing": found,
        "waiting": PlannedRelease.objects.waiting().count(),
        "rows": with_trends(found.rows),
        "text": text,
        "only": only,
        "chosen": CHOICES.get(only, ""),
        "more": limit + PAGE,
        "may_release": may_everywhere(request, Permission.PROMPTS_RELEASE),
        "at": at,
    }
    return render(request, "prompts/prompt_list.html", context)


@require_safe
@staff_page(Permission.PROMPTS_READ)
def prompt_csv(request: TenantRequest) -> StreamingHttpResponse:
    at = datetime.now(UTC)
    found, *_ = _asked(request, at, None)
    # Written here: what is read for a row is read within the request's scope.
    rows = list(_csv_rows(found.rows))
    return spreadsheet.answer("prompts", COLUMNS, rows, url=request.build_absolute_uri(), at=at)


def _asked(request: TenantRequest, at: datetime, most: int | None) -> tuple[Listing, str, str]:
    text, only = request.GET.get("q", "").strip()[:100], request.GET.get("only", "")
    chosen = only if only in CHOICES else ""
    return listing(text=text, only=chosen, at=at, most=most), text, chosen


def _csv_rows(rows: Iterable[Row]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        newest, score, traffic = row.newest, row.score, row.traffic
        yield (
            row.prompt.name,
            row.prompt.feature.slug if row.prompt.feature else "",
            row.prompt.description,
            " ".join(map(_told, row.live)),
            newest,
            newest and newest.hash,
            newest and newest.pushed_at.astimezone(UTC).isoformat(),
            row.ahead if row.main else None,
            " ".join(row.prompt.suites),
            score and score.run.verdict,
            score and score.pass_rate,
            score and score.run.ended_at and score.run.ended_at.astimezone(UTC).isoformat(),
            row.calls,
            row.cost,
            traffic and traffic.unpriced_calls,
            row.tokens,
            row.waiting.run.verdict if row.waiting else None,
            " ".join(dict.fromkeys(map(_told, row.stopped))),
            " ".join(_tried(each.canary) for each in row.places if each.canary),
            " ".join(f"{each.environment}={each.own}" for each in row.places if each.own),
            row.prompt.orphaned_at and row.prompt.orphaned_at.astimezone(UTC).isoformat(),
        )


def _told(release: Release) -> str:
    return f"{release.environment}={release.version}"


def _tried(canary: Release) -> str:
    """`production=v3:20`, of 100 people."""
    return f"{_told(canary)}:{canary.percent}"


def _limit(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return min(max(int(text), PAGE), MOST) if is_number else PAGE
