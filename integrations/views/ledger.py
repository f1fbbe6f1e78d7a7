"""The ledger: what waits for a person first, then all that was written, newest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from integrations.models import LedgerEntry, LedgerQuerySet
from integrations.registry import ACTIONS
from integrations.views import pills
from tenants.http import TenantRequest, page
from tenants.models import Tenant
from tenants.permissions import Permission
from tenants.refusals import Invalid
from tenants.scope import Tenants, scope

State = LedgerEntry.State
PAGE: Final = 50
LISTED: Final = 200
LOT: Final = 2000
_NAMES: Final = ("tenant", "state", "action", "before")
_CHOICES: Final = {"state": State.values, "action": [action.name for action in ACTIONS.values() if action.writes]}
COLUMNS: Final = (
    "asked_at", "write", "tenant", "connection", "action", "state", "what", "asked_by", "feature", "call",
    "prompt_version", "decided_by", "decided_at", "note", "external_id", "error_code", "error",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    entry: LedgerEntry

    @property
    def pill(self) -> pills.Pill:
        return pills.of_entry(self.entry)


@require_safe
@never_cache
@page(Permission.CONNECTIONS_READ)
def write_list(request: TenantRequest) -> HttpResponse:
    entries, before = _asked_for(request), request.GET.get("before", "")
    newest = _older_than(entries, before).exclude(state=State.WAITING).order_by("-id")[: PAGE + 1]
    rows = list(newest)
    waiting = entries.waiting() if not before else entries.none()
    asked = {name: request.GET.get(name, "") for name in ("tenant", "state", "action")}
    context = {
        "waiting": _rows(waiting.order_by("id")[:PAGE]),
        "waits": waiting.count(),
        "rows": _rows(rows[:PAGE]),
        "older": str(rows[PAGE - 1].id) if len(rows) > PAGE else "",
        "asked": asked,
        "is_filtered": any(asked.values()),
        "before": before,
        "states": State.choices,
        "actions": ACTIONS.values(),
        "tenants": _listed_tenants(),
        "may_decide": request.principal.may(Permission.WRITES_DECIDE),
        "reader": request.principal.actor,
        "at": datetime.now(UTC),
    }
    return render(request, "integrations/write_list.html", context)


@require_safe
@page(Permission.CONNECTIONS_READ)
def write_csv(request: TenantRequest) -> HttpResponse | StreamingHttpResponse:
    rows = _csv_rows(_asked_for(request), request.principal.over(Permission.CONNECTIONS_READ))
    return spreadsheet.answer("writes", COLUMNS, rows, url=request.build_absolute_uri(), at=datetime.now(UTC))


def _rows(entries: Iterable[LedgerEntry]) -> list[Row]:
    return [Row(entry) for entry in entries]


def _listed_tenants() -> list[Tenant]:
    found = list(Tenant.objects.order_by("name")[: LISTED + 1])
    return found if len(found) <= LISTED else []


def _asked_for(request: TenantRequest) -> LedgerQuerySet:
    rows = LedgerEntry.objects.select_related("tenant", "connection", "feature")
    if tenant := request.GET.get("tenant"):
        rows = rows.filter(tenant__slug=tenant)
    for name, allowed in _CHOICES.items():
        if value := request.GET.get(name):
            if value not in allowed:
                raise Invalid(name, f"it cannot be “{value[:40]}”; it can be {', '.join(allowed)}.")
            rows = rows.filter(**{name: value})
    if unknown := [name[:40] for name in request.GET if name not in _NAMES]:
        raise Invalid(unknown[0], f"there is no such filter; there are {', '.join(_NAMES)}.")
    return rows


def _older_than(rows: LedgerQuerySet, before: str) -> LedgerQuerySet:
    try:
        return rows.filter(id__lt=UUID(before)) if before else rows
    except ValueError:
        raise Invalid("before", f"it cannot be “{before[:40]}”; it can be the id of a write.") from None


def _csv_rows(entries: LedgerQuerySet, tenants: Tenants) -> Iterator[tuple[object, ...]]:
    """Lot by lot: no transaction is open while somebody's slow line takes what was read."""
    rows = entries.order_by("-id")
    lot = _lot(rows, tenants)
    while lot:
        yield from map(_csv_row, lot)
        lot = _lot(rows.filter(id__lt=lot[-1].id), tenants)


def _lot(entries: LedgerQuerySet, tenants: Tenants) -> list[LedgerEntry]:
    with scope(tenants):
        return list(entries[:LOT])


def _csv_row(entry: LedgerEntry) -> tuple[object, ...]:
    return (
        entry.asked_at.astimezone(UTC).isoformat(), entry.id, entry.tenant.slug, entry.connection.slug, entry.action,
        entry.state, entry.headline, entry.asked_by_label, entry.feature.slug if entry.feature else None,
        entry.call_id, entry.prompt_version, entry.decided_by_label,
        entry.decided_at.astimezone(UTC).isoformat() if entry.decided_at else None,
        entry.decision_note, entry.external_id, entry.error_code, entry.error,
    )  # fmt: skip
