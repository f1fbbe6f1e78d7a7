"""Approve, decline, undo: one press each; whoever was faster is named, and nothing is done twice."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from integrations import services
from integrations.models import LedgerEntry
from integrations.views.detail import find, show
from tenants.http import TenantRequest, page, posted
from tenants.permissions import Permission
from tenants.refusals import Refused
from tenants.scope import scope

LONGEST_NOTE = 2000


@page(Permission.WRITES_DECIDE, is_slow=True)
@posted(lambda request, write_id: _page_of(request, write_id))
def write_approve(request: TenantRequest, write_id: UUID) -> HttpResponse:
    return _decide(request, write_id, services.approve)


@page(Permission.WRITES_DECIDE, is_slow=True)
@posted(lambda request, write_id: _page_of(request, write_id))
def write_decline(request: TenantRequest, write_id: UUID) -> HttpResponse:
    return _decide(request, write_id, services.decline)


@page(Permission.WRITES_DECIDE, is_slow=True)
@posted(lambda request, write_id: _page_of(request, write_id))
def write_undo(request: TenantRequest, write_id: UUID) -> HttpResponse:
    return _decide(request, write_id, services.undo)


def _decide(request: TenantRequest, write_id: UUID, act: Callable[..., LedgerEntry]) -> HttpResponse:
    over = request.principal.over(Permission.WRITES_DECIDE)
    with scope(over):
        entry = find(write_id)
    note = request.POST.get("note", "").replace("\0", "")[:LONGEST_NOTE]
    try:
        decided = act(entry, note=note, by=request.principal.actor, at=datetime.now(UTC))
    except Refused as refused:
        with scope(over):
            return show(request, find(write_id), problem=refused.told, note=note, status=refused.status)
    return redirect("integrations:write-detail", decided.id)


def _page_of(request: TenantRequest, write_id: UUID) -> str:
    with scope(request.principal.over(Permission.WRITES_DECIDE)):
        return reverse("integrations:write-detail", args=[find(write_id).id])
