"""One write: what it changes, who asked, who decided, what is in the system now."""

import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from integrations.models import LedgerEntry
from integrations.people import people_of
from integrations.views import pills
from integrations.views.reach import covers
from integrations.wording import says
from tenants.http import TenantRequest, page
from tenants.permissions import Permission


@require_safe
@never_cache
@page(Permission.CONNECTIONS_READ)
def write_detail(request: TenantRequest, write_id: UUID) -> HttpResponse:
    return show(request, find(write_id))


def find(write_id: UUID) -> LedgerEntry:
    return get_object_or_404(LedgerEntry.objects.select_related("tenant", "connection", "feature"), id=write_id)


def show(
    request: TenantRequest, entry: LedgerEntry, *, problem: str = "", note: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    """`problem` is why what was pressed was not done; the note that was typed stays."""
    actor = request.principal.actor
    may_decide = covers(request.principal.over(Permission.WRITES_DECIDE), entry.tenant_id)
    context: dict[str, Any] = {
        "entry": entry,
        "pill": pills.of_entry(entry),
        "says": says(entry),
        "changes": entry.changes,
        "input": json.dumps(entry.input, indent=2, ensure_ascii=False),
        "result": json.dumps(entry.result, indent=2, ensure_ascii=False) if entry.result else "",
        "person": people_of([entry]).get((entry.tenant_id, entry.user_key), ""),
        "call_url": _call_url(entry),
        "undone": _other(entry, id=entry.undoes) if entry.undoes else None,
        "undoing": _other(entry, undoes=entry.id),
        "may_decide": may_decide,
        "may_approve": may_decide and entry.is_decidable and not entry.is_of(actor),
        "is_mine": entry.is_of(actor),
        "reader": actor.id,
        "problem": problem,
        "note": note,
        "at": datetime.now(UTC),
    }
    return render(request, "integrations/write_detail.html", context, status=status)


def _call_url(entry: LedgerEntry) -> str:
    if entry.call_id is None:
        return ""
    try:
        return reverse("costs:call-detail", args=[entry.call_id])
    except NoReverseMatch:
        return ""


def _other(entry: LedgerEntry, **wanted: Any) -> LedgerEntry | None:
    return LedgerEntry.objects.filter(tenant_id=entry.tenant_id, **wanted).order_by("-id").first()
