"""Customers' systems, a card each, and their Test button."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aiops.lib import spreadsheet
from integrations import services
from integrations.faults import Health
from integrations.models import Connection
from integrations.registry import SYSTEMS
from integrations.views import pills
from integrations.views.reach import covers
from integrations.waiting import waiting_of
from tenants.http import TenantRequest, page, posted
from tenants.permissions import Permission
from tenants.scope import Tenants, scope

# A card each; with more than this the search narrows them down.
SHOWN: Final = 60
COLUMNS: Final = (
    "tenant", "connection", "name", "system", "address", "acts_as", "environment", "writes", "enabled", "health",
    "health_says", "checked_at", "waiting", "key_last_four",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    connection: Connection
    waiting: int
    may_change: bool
    # With the kill-switch, which other people may than those who change it.
    may_stop: bool

    @property
    def pill(self) -> pills.Pill:
        return pills.of_connection(self.connection)

    @property
    def system(self) -> str:
        kind = self.connection.kind
        return kind.name if kind else self.connection.system


@require_safe
@never_cache
@page(Permission.CONNECTIONS_READ)
def connection_list(request: TenantRequest) -> HttpResponse:
    found = list(_asked_for(request)[: SHOWN + 1])
    waiting = waiting_of(found[:SHOWN])
    change, stop = (
        request.principal.over(each) for each in (Permission.CONNECTIONS_CHANGE, Permission.SWITCHES_CHANGE)
    )
    context = {
        "cards": [
            Card(each, waiting.get(each.pk, 0), covers(change, each.tenant_id), covers(stop, each.tenant_id))
            for each in found[:SHOWN]
        ],
        "has_more": len(found) > SHOWN,
        "query": request.GET.get("q", "").strip()[:100],
        "may_add": request.principal.may(Permission.CONNECTIONS_CHANGE),
        "systems": SYSTEMS.values(),
        "at": datetime.now(UTC),
    }
    return render(request, "integrations/connection_list.html", context)


@require_safe
@page(Permission.CONNECTIONS_READ)
def connection_csv(request: TenantRequest) -> HttpResponse | StreamingHttpResponse:
    rows = _rows(_asked_for(request), request.principal.over(Permission.CONNECTIONS_READ))
    return spreadsheet.answer("connections", COLUMNS, rows, url=request.build_absolute_uri(), at=datetime.now(UTC))


@page(Permission.CONNECTIONS_CHANGE, is_slow=True)
@posted(lambda request, tenant, slug: _page_of(_find(request, tenant, slug)))
def connection_test(request: TenantRequest, tenant: str, slug: str) -> HttpResponse:
    connection = _find(request, tenant, slug)
    tested = services.test(connection, by=request.principal.actor, clock=partial(datetime.now, UTC))
    tell = messages.success if tested.health == Health.OK else messages.error
    tell(request, f"{tested.name}: {tested.health_says}")
    return redirect(_page_of(tested))


def _find(request: TenantRequest, tenant: str, slug: str) -> Connection:
    with scope(request.principal.over(Permission.CONNECTIONS_CHANGE)):
        return get_object_or_404(Connection.objects.select_related("tenant"), tenant__slug=tenant, slug=slug)


def _page_of(connection: Connection) -> str:
    return f"{reverse('integrations:connection-list')}#{connection.tenant.slug}-{connection.slug}"


def _asked_for(request: TenantRequest) -> QuerySet[Connection]:
    rows = Connection.objects.select_related("tenant").order_by("tenant__name", "slug")
    if query := request.GET.get("q", "").strip()[:100]:
        named = rows.filter(name__icontains=query) | rows.filter(address__icontains=query)
        rows = named | rows.filter(tenant__name__icontains=query) | rows.filter(tenant__slug__icontains=query)
    return rows


def _rows(connections: QuerySet[Connection], tenants: Tenants) -> Iterator[tuple[object, ...]]:
    with scope(tenants):
        found = list(connections)
        waiting = waiting_of(found)
    for each in found:
        yield (
            each.tenant.slug, each.slug, each.name, each.system, each.address, each.acts_as, each.environment,
            each.writes, each.is_enabled, each.health, each.health_says,
            each.checked_at.astimezone(UTC).isoformat() if each.checked_at else None,
            waiting.get(each.pk, 0), each.key_last_four,
        )  # fmt: skip
