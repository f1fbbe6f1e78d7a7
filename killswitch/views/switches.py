"""All switches, searchable; the page that opens at 2 am."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from killswitch.drills import last_proof
from killswitch.views import waiting
from killswitch.views.board import CHIPS, PAGE, Only, board, gateways
from killswitch.views.frame import frame
from killswitch.views.held import held_lines
from killswitch.views.places import of_stop
from killswitch.views.planned import plan_groups
from tenants.http import TenantRequest, may_everywhere, page
from tenants.permissions import Permission

MOST = 2000


@require_safe
@never_cache
@page(Permission.SWITCHES_READ)
def switch_list(request: TenantRequest) -> HttpResponse:
    at = datetime.now(UTC)
    query, only = request.GET.get("q", "").strip()[:100], _only(request.GET.get("only", ""))
    limit = _limit(request.GET.get("limit", ""))
    framed = frame(request)
    is_part = "HX-Request" in request.headers
    context = {
        **framed,
        "tab": "tenants",
        "board": board(query=query, only=only, limit=limit, principal=request.principal, above=framed["above"], at=at),
        "query": query,
        "only": only,
        "chip": CHIPS[only],
        "more": limit + PAGE,
        "is_part": is_part,
        "at": at,
        **({} if is_part else _round_about(request, sees_all=framed["sees_all"], at=at)),
    }
    response = render(request, f"killswitch/switch_list.html{'#found' if is_part else ''}", context)
    # One address, two answers: the page and the part of it that a search replaces.
    patch_vary_headers(response, ["HX-Request"])
    return response


def _round_about(request: TenantRequest, *, sees_all: bool, at: datetime) -> dict[str, object]:
    """What a search does not replace."""
    shared = waiting.shared_due_for_review(at)[:5] if sees_all else ()
    return {
        "gateways": gateways(at),
        "last_proof": last_proof(at) if sees_all else None,
        "held": list(held_lines(request, at=at)) if may_everywhere(request, Permission.SWITCHES_GLOBAL) else (),
        "may_stop_all": may_everywhere(request, Permission.SWITCHES_GLOBAL),
        "plans": plan_groups(request.principal, at),
        "reviews": [(stop, of_stop(stop)) for stop in shared],
    }


def _only(text: str) -> Only:
    return Only(text) if text in set(Only) else Only.ALL


def _limit(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return min(max(int(text), PAGE), MOST) if is_number else PAGE
