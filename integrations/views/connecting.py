"""The form that adds a connection, or changes one. What was typed stays; the key is typed anew, and never shown."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from integrations import services
from integrations.contract import System
from integrations.forms import ALLOW_PRIVATE, ConnectionForm
from integrations.models import Connection
from integrations.registry import SYSTEMS
from tenants.http import TenantRequest, page
from tenants.models import Tenant
from tenants.permissions import Permission
from tenants.refusals import Conflict, Invalid, NotAllowed, Refused
from tenants.scope import ALL


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Permission.CONNECTIONS_CHANGE)
def connection_add(request: TenantRequest) -> HttpResponse:
    system = SYSTEMS.get(request.GET.get("system", ""), next(iter(SYSTEMS.values())))
    form = ConnectionForm(
        request.POST or None, system=system, may_go_private=_is_over_all(request),
        initial={"tenant": request.GET.get("tenant", "")},
    )  # fmt: skip
    if request.method != "POST":
        return _show(request, form, system)
    if not form.is_valid():
        return _show(request, form, system, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    tenant = get_object_or_404(Tenant.objects.customers(), slug=form.cleaned_data["tenant"])
    try:
        made = services.connect(
            tenant, form.cleaned_data["slug"], form.draft(), is_over_all=_is_over_all(request),
            by=request.principal.actor, at=datetime.now(UTC),
        )  # fmt: skip
    except (Invalid, Conflict, NotAllowed) as refused:
        return _refused(request, form, system, refused)
    messages.success(request, f"{made.name} is connected. Nothing was sent to it yet: press Test.")
    return redirect(_back_to(made))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Permission.CONNECTIONS_CHANGE)
def connection_change(request: TenantRequest, tenant: str, slug: str) -> HttpResponse:
    connection = get_object_or_404(Connection.objects.select_related("tenant"), tenant__slug=tenant, slug=slug)
    system = connection.kind
    if system is None:
        raise Conflict(f"This installation knows no system {connection.system!r} any more.")
    form = ConnectionForm(
        request.POST or None, system=system, connection=connection, may_go_private=_is_over_all(request)
    )
    if request.method != "POST":
        return _show(request, form, system, connection)
    if not form.is_valid():
        return _show(request, form, system, connection, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        changed = services.change(
            connection, form.values(), expected=form.cleaned_data["version"], is_over_all=_is_over_all(request),
            by=request.principal.actor, at=datetime.now(UTC),
        )  # fmt: skip
    except (Invalid, Conflict, NotAllowed) as refused:
        return _refused(request, form, system, refused, connection)
    messages.success(request, f"{changed.name} is changed.")
    return redirect(_back_to(changed))


def _refused(
    request: TenantRequest,
    form: ConnectionForm,
    system: System,
    refused: Refused,
    connection: Connection | None = None,
) -> HttpResponse:
    """Beside the field that it is about; of a colleague who was faster, and what was typed can go on from there."""
    field = refused.field.replace("settings.", "setting_") if isinstance(refused, Invalid) else None
    if field in form.fields:
        form.add_error(field, form.told(refused.sentence))
    elif isinstance(refused, NotAllowed) and "allow_private" in refused.detail:
        form.add_error("address", "Addresses of the private network are for the operator's own people to allow.")
    else:
        form.add_error(None, refused.told)
    if connection is not None:
        connection.refresh_from_db()
    return _show(request, form, system, connection, status=refused.status)


def _show(
    request: TenantRequest,
    form: ConnectionForm,
    system: System,
    connection: Connection | None = None,
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context: Mapping[str, Any] = {
        "form": form,
        "system": system,
        "systems": SYSTEMS.values(),
        "connection": connection,
        "tenants": Tenant.objects.customers().order_by("name")[:200] if connection is None else (),
        "is_key_lost": form.is_bound and bool(form["key"].data),
        "allow_private": ALLOW_PRIVATE,
        "may_go_private": _is_over_all(request),
    }
    return render(request, "integrations/connection_form.html", context, status=status)


def _is_over_all(request: TenantRequest) -> bool:
    return request.principal.over(Permission.CONNECTIONS_CHANGE) == ALL


def _back_to(connection: Connection) -> str:
    return f"{reverse('integrations:connection-list')}#{connection.tenant.slug}-{connection.slug}"
