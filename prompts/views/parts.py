"""The list of parts: what each reaches, and the same as CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from costs.reports import Totals, WithTraffic
from evals.impact import Impact, Part, read
from evals.impact.week import Shares, shares
from prompts.models import Prompt
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission

PAGE: Final = 50
MOST: Final = 1000
_NAMED: Final = 3
COLUMNS: Final = (
    "part", "text", "tokens", "prompts", "prompts_with_another_text", "live_in", "also_at", "calls_7d",
    "calls_share_7d", "cost_usd_7d", "cost_share_7d", "unpriced_calls_7d",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row(WithTraffic):
    part: Part
    prompts: Sequence[Prompt]
    traffic: Totals | None
    # Of all calls that name a version.
    share: Shares

    @property
    def url(self) -> str:
        return address_of(self.part)

    @property
    def named(self) -> Sequence[Prompt]:
        return self.prompts[:_NAMED]

    @property
    def more(self) -> int:
        return max(0, len(self.prompts) - _NAMED)


@require_safe
@never_cache
@staff_page(Permission.PROMPTS_READ)
def part_list(request: TenantRequest) -> HttpResponse:
    at, limit, text = datetime.now(UTC), _limit(request.GET.get("limit", "")), _text(request)
    impact = read(at)
    rows = rows_of(impact, text)
    context = {
        "rows": rows[:limit],
        "found": len(rows),
        "has_any": bool(impact.parts),
        "has_prompts": bool(impact.held),
        "text": text,
        "more": limit + PAGE,
    }
    return render(request, "prompts/part_list.html", context)


@require_safe
@staff_page(Permission.PROMPTS_READ)
def part_csv(request: TenantRequest) -> StreamingHttpResponse:
    at = datetime.now(UTC)
    rows = list(map(_csv, rows_of(read(at), _text(request))))
    return spreadsheet.answer("parts", COLUMNS, rows, url=request.build_absolute_uri(), at=at)


def address_of(part: Part) -> str:
    """Of its page; a path that is another part's too is told apart by the text."""
    query = {"path": part.path} | ({"text": part.text} if part.has_namesakes else {})
    return f"{reverse('parts:part-detail')}?{urlencode(query)}"


def rows_of(impact: Impact, text: str) -> list[Row]:
    """The biggest first: by money, then by calls, then by how many prompts have it."""
    found = [_row(impact, part) for part in impact.parts]
    wanted = [row for row in found if any(text.lower() in word.lower() for word in _words(row))]
    return sorted(wanted, key=_size)


def _row(impact: Impact, part: Part) -> Row:
    prompts = sorted((impact.prompts[pk] for pk in part.prompts), key=lambda prompt: prompt.name)
    traffic = impact.traffic(part)
    return Row(part, prompts, traffic, shares(traffic, impact.week.all))


def _words(row: Row) -> Iterator[str]:
    yield row.part.path
    for prompt in row.prompts:
        yield prompt.name
        if prompt.feature:
            yield from (prompt.feature.name, prompt.feature.slug)


def _size(row: Row) -> tuple[Decimal, int, int, str]:
    return -(row.cost or Decimal(0)), -(row.calls or 0), -len(row.prompts), row.part.path


def _csv(row: Row) -> tuple[object, ...]:
    part = row.part
    return (
        part.path,
        part.text,
        part.tokens,
        " ".join(prompt.name for prompt in row.prompts),
        " ".join(prompt.name for prompt in row.prompts if prompt.pk in part.others),
        " ".join(part.environments),
        " ".join(part.also),
        row.calls,
        _rounded(row.share.calls),
        row.cost,
        _rounded(row.share.cost),
        row.traffic and row.traffic.unpriced_calls,
    )


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 6)


def _text(request: TenantRequest) -> str:
    return request.GET.get("q", "").strip()[:200]


def _limit(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return min(max(int(text), PAGE), MOST) if is_number else PAGE
