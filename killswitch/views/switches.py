"""All switches, searchable; the page that opens at 2 am."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from killswitch.views.board import PAGE, Only, board, gateways
from tenants.http import TenantRequest, page
from tenants.permissions import Permission

MOST = 2000


@require_safe
@never_cache
@page(Permission.SWITCHES_READ)
def switch_list(request: TenantRequest) -> HttpResponse:
    at = datetime.now(UTC)
    query, only = request.GET.get("q", "").strip()[:100], _only(request.GET.get("only", ""))
    limit = _limit(request.GET.get("limit", ""))
    context = {
        "board": board(query=query, only=only, limit=limit, principal=request.principal, at=at),
        "gateways": gateways(at),
        "query": query,
        "only": only,
        "more": limit + PAGE,
        "actor": request.principal.actor,
        "is_part": "HX-Request" in request.headers,
        "at": at,
    }
    part = "#found" if context["is_part"] else ""
    response = render(request, f"killswitch/switch_list.html{part}", context)
    # One address, two answers: the page and the part of it that a search replaces.
    patch_vary_headers(response, ["HX-Request"])
    return response


def _only(text: str) -> Only:
    return Only(text) if text in set(Only) else Only.ALL


def _limit(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return min(max(int(text), PAGE), MOST) if is_number else PAGE
