"""A prompt's versions as CSV: what its page lists, all of them."""

from datetime import UTC, datetime
from typing import Final

from django.http import StreamingHttpResponse
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from prompts.models import PromptVersion
from prompts.views.finding import find_prompt
from prompts.views.history import found_versions
from tenants.http import TenantRequest, staff_page
from tenants.permissions import Permission

_MOST: Final = 100_000
COLUMNS: Final = (
    "version", "hash", "commit", "author", "message", "pushed_at", "pushed_by", "lines_added", "lines_removed",
    "tokens",
)  # fmt: skip


@require_safe
@staff_page(Permission.PROMPTS_READ)
def versions_csv(request: TenantRequest, name: str) -> StreamingHttpResponse:
    prompt, at = find_prompt(name), datetime.now(UTC)
    found = found_versions(prompt, request.GET.get("q", "").strip()[:100])
    # Read here, within the request's scope.
    rows = list(map(_row, found.order_by("-number").defer("content")[:_MOST]))
    return spreadsheet.answer(f"{prompt.name}-versions", COLUMNS, rows, url=request.build_absolute_uri(), at=at)


def _row(version: PromptVersion) -> tuple[object, ...]:
    return (
        version,
        version.hash,
        version.commit,
        version.author,
        version.message,
        version.pushed_at.astimezone(UTC).isoformat(),
        version.pushed_by,
        version.lines_added,
        version.lines_removed,
        version.tokens,
    )
