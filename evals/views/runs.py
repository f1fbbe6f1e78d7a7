"""The list of runs, which is where an engineer begins."""

from datetime import UTC, datetime
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evals.views.listing import PAGE, listing
from tenants.http import TenantRequest, may_everywhere, staff_page
from tenants.permissions import Permission

MOST: Final = 600


@require_safe
@never_cache
@staff_page(Permission.EVALS_READ)
def run_list(request: TenantRequest) -> HttpResponse:
    at, limit = datetime.now(UTC), _limit(request.GET.get("limit", ""))
    asked = {name: request.GET.get(name, "").strip()[:100] for name in ("suite", "prompt", "canaries")}
    reader = request.principal.actor.id
    context = {
        "listing": listing(asked=asked, limit=limit, reader=reader, at=at),
        "asked": asked,
        "more": limit + PAGE,
        "reader": reader,
        "may_decide": may_everywhere(request, Permission.PROMPTS_RELEASE),
        "at": at,
    }
    part = "#runs" if "HX-Request" in request.headers else ""
    response = render(request, f"evals/run_list.html{part}", context)
    # One address, two answers: the page and the part of it that is asked for again while something runs.
    patch_vary_headers(response, ["HX-Request"])
    return response


def _limit(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return min(max(int(text), PAGE), MOST) if is_number else PAGE
