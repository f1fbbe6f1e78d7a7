"""The audit log: what every person, key and rule changed, and that nobody rewrote it."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from tenants import audit
from tenants.digests import digests_in, labelled
from tenants.http import TenantRequest, page
from tenants.models import AuditEntry, Tenant
from tenants.permissions import Permission
from tenants.scope import ALL, Tenants, scope
from tenants.veiling import saying, veiled
from tenants.views.versions import labels_of

PAGE: Final = 50
# More tenants than this are typed, not chosen from a list.
LISTED: Final = 200
# Rows of the CSV that are read together.
LOT: Final = 2000
EMPTY: Final[tuple[object, ...]] = (None, "", [], {})
ID: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
COLUMNS: Final = ("at", "tenant", "seq", "actor_kind", "actor", "action", "object", "details", "seal")


@dataclass(frozen=True)
class Entry:
    """One row as it is shown, hashes with what people call them."""

    row: AuditEntry
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        return bytes(self.row.seal).hex()

    @property
    def is_erased(self) -> bool:
        return self.row.payload is None

    @cached_property
    def details(self) -> dict[str, Any]:
        return dict(labelled(payload_of(self.row), self.labels))

    @cached_property
    def before(self) -> dict[str, Any]:
        return _dict(self.details.get("before"))

    @cached_property
    def after(self) -> dict[str, Any]:
        return _dict(self.details.get("after"))

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """Each field with its value before and after, where these differ."""
        names = [*self.before, *(name for name in self.after if name not in self.before)]
        values = [(name, self.before.get(name), self.after.get(name)) for name in names]
        # That there is still nothing is no change.
        return [each for each in values if each[1] != each[2] and not (each[1] in EMPTY and each[2] in EMPTY)]

    @property
    def plain(self) -> list[tuple[str, Any]]:
        return [(name, value) for name, value in self._others if not _is_more(name, value)]

    @property
    def more(self) -> list[tuple[str, Any]]:
        """What only who digs deeper asks for."""
        return [(name, value) for name, value in self._others if _is_more(name, value)]

    @property
    def _others(self) -> list[tuple[str, Any]]:
        """What a change says already is not said twice."""
        others = [(name, value) for name, value in self.details.items() if name not in {"before", "after"}]
        return [(name, value) for name, value in others if value not in EMPTY and value != self.after.get(name)]


@require_safe
@page(Permission.AUDIT_READ)
def audit_list(request: TenantRequest) -> HttpResponse:
    entries = _asked_for(request)
    number = _page_number(request.GET.get("page", ""))
    first = (number - 1) * PAGE
    over = request.principal.over(Permission.AUDIT_READ)
    rows = [veiled(row, is_over_all=over == ALL) for row in entries[first : first + PAGE + 1]]
    context = {
        "entries": _entries(rows[:PAGE]),
        "actions": AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct(),
        "tenants": _listed_tenants(),
        "asked": {name: request.GET.get(name, "") for name in ("tenant", "action", "q", "seq")},
        "older": number + 1 if len(rows) > PAGE else None,
        "newer": number - 1 or None,
    }
    return render(request, "tenants/audit_list.html", context)


@require_safe
@page(Permission.AUDIT_READ)
def audit_csv(request: TenantRequest) -> HttpResponse | StreamingHttpResponse:
    rows = _csv_rows(_asked_for(request), request.principal.over(Permission.AUDIT_READ))
    return spreadsheet.answer("audit", COLUMNS, rows, url=request.build_absolute_uri(), at=datetime.now(UTC))


@require_safe
@page(Permission.AUDIT_READ)
def audit_verify(request: TenantRequest) -> HttpResponse:
    """Walk each chain from its first entry; of one tenant when it is named."""
    slug = request.GET.get("tenant", "")
    tenants = [get_object_or_404(Tenant, slug=slug)] if slug else list(Tenant.objects.order_by("name"))
    began = datetime.now(UTC)
    found = [(tenant, audit.verify(tenant.pk)) for tenant in tenants]
    context = {
        "broken": [(tenant, verification) for tenant, verification in found if not verification.holds],
        "entries": sum(verification.entries for _, verification in found),
        "chains": len(found),
        "tenant": tenants[0] if slug else None,
        "at": began,
    }
    return render(request, "tenants/audit_verify.html", context)


def _entries(rows: Iterable[AuditEntry]) -> list[Entry]:
    """Versions are the operator's: in a tenant's own entries nothing is looked up."""
    rows = list(rows)
    ours = [row for row in rows if row.tenant.is_operator]
    labels = labels_of({each for row in ours for each in digests_in(payload_of(row))})
    return [Entry(row, labels.of(row.object) if row.tenant.is_operator else {}) for row in rows]


def payload_of(row: AuditEntry) -> dict[str, Any]:
    return dict(json.loads(row.payload or "{}"))


def _listed_tenants() -> list[Tenant]:
    found = list(Tenant.objects.order_by("name")[: LISTED + 1])
    return found if len(found) <= LISTED else []


def _asked_for(request: TenantRequest) -> QuerySet[AuditEntry]:
    entries = AuditEntry.objects.select_related("tenant").order_by("-at", "-seq", "-tenant_id")
    asked = request.GET
    if slug := asked.get("tenant"):
        entries = entries.filter(tenant__slug=slug)
    if action := asked.get("action"):
        entries = entries.filter(action=action)
    if (seq := asked.get("seq", "")).isascii() and seq.isdigit() and len(seq) < 18:
        entries = entries.filter(seq=int(seq))
    if text := asked.get("q", "").strip()[:100]:
        entries = entries.filter(saying(text, is_over_all=request.principal.over(Permission.AUDIT_READ) == ALL))
    return entries


def _csv_rows(entries: QuerySet[AuditEntry], tenants: Tenants) -> Iterator[tuple[object, ...]]:
    """Lot by lot: between two, while somebody's slow line takes what was read, no transaction is open."""
    lot = _lot(entries, tenants)
    while lot:
        yield from (_csv_row(veiled(row, is_over_all=tenants == ALL)) for row in lot)
        lot = _lot(entries.filter(_older_than(lot[-1])), tenants)


def _lot(entries: QuerySet[AuditEntry], tenants: Tenants) -> list[AuditEntry]:
    with scope(tenants):
        return list(entries[:LOT])


def _older_than(row: AuditEntry) -> Q:
    return Q(at__lt=row.at) | Q(at=row.at, seq__lt=row.seq) | Q(at=row.at, seq=row.seq, tenant__lt=row.tenant_id)


def _csv_row(row: AuditEntry) -> tuple[object, ...]:
    return (
        row.at.astimezone(UTC).isoformat(),
        row.tenant.slug,
        row.seq,
        row.actor_kind,
        row.actor_label,
        row.action,
        row.object,
        row.payload or "",
        bytes(row.seal).hex(),
    )


def _is_more(name: str, value: object) -> bool:
    return isinstance(value, dict | list) or name == "revision" or _is_id(value)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
