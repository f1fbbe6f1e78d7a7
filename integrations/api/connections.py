from datetime import UTC, datetime
from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from integrations import services
from integrations.choosing import find_connection
from integrations.models import Connection
from integrations.serializers import ConnectionChange, ConnectionOrder, ConnectionQuery, ConnectionShape
from integrations.services import Draft
from integrations.waiting import waiting_of
from tenants.lookups import find_tenant
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.principals import Principal
from tenants.rest import Polled, SlowAPIView
from tenants.scope import ALL, scope


class ConnectionList(Polled):
    permissions = {"GET": Permission.CONNECTIONS_READ, "POST": Permission.CONNECTIONS_CHANGE}

    @extend_schema(
        operation_id="connections_list", parameters=[ConnectionQuery], responses=answers(paged(ConnectionShape))
    )
    def get(self, request: Request) -> Response:
        """Customers' systems, and how their last test went; never the keys."""
        query = ConnectionQuery.of(request.query_params)
        rows = Connection.objects.select_related("tenant")
        rows = rows.of(find_tenant(query["tenant"])) if "tenant" in query else rows
        found = page(rows, by="-id", cursor=query.get("cursor"), limit=query["limit"])
        context = {"waiting": waiting_of(found.rows)}
        return Response(found.answer(ConnectionShape(found.rows, many=True, context=context).data))

    @extend_schema(
        operation_id="connections_create", request=ConnectionOrder, responses=answers(ConnectionShape, status=201)
    )
    def post(self, request: Request) -> Response:
        """Connect a tenant's system. Nothing is sent to it yet; test it next."""
        order = ConnectionOrder.of(request.data)
        tenant, slug = find_tenant(order.pop("tenant")), order.pop("slug")
        draft = Draft(**{"name": slug, "settings": {}} | order)
        over_all = _is_over_all(self.principal)
        made = services.connect(
            tenant, slug, draft, is_over_all=over_all, by=self.principal.actor, at=datetime.now(UTC)
        )
        return Response(shown(made), status=status.HTTP_201_CREATED)


class ConnectionDetail(Polled):
    permissions = {
        "GET": Permission.CONNECTIONS_READ,
        "PATCH": Permission.CONNECTIONS_CHANGE,
        "DELETE": Permission.CONNECTIONS_CHANGE,
    }

    @extend_schema(operation_id="connections_read", responses=answers(ConnectionShape))
    def get(self, request: Request, tenant: str, slug: str) -> Response:
        """One connection."""
        return Response(shown(find_connection(find_tenant(tenant), slug)))

    @extend_schema(operation_id="connections_change", request=ConnectionChange, responses=answers(ConnectionShape))
    def patch(self, request: Request, tenant: str, slug: str) -> Response:
        """Change what is given. Without a key the one it has stays, unless it would go to another server."""
        connection, order = find_connection(find_tenant(tenant), slug), ConnectionChange.of(request.data)
        change = partial(services.change, connection, expected=order.pop("version", None), at=datetime.now(UTC))
        over_all = _is_over_all(self.principal)
        return Response(shown(change(order, is_over_all=over_all, by=self.principal.actor)))

    @extend_schema(operation_id="connections_disable", responses=answers(ConnectionShape))
    def delete(self, request: Request, tenant: str, slug: str) -> Response:
        """Turn it off: nothing goes through it any more. Its ledger stays."""
        connection = find_connection(find_tenant(tenant), slug)
        return Response(shown(services.disconnect(connection, by=self.principal.actor, at=datetime.now(UTC))))


class ConnectionTest(SlowAPIView):
    permissions = {"POST": Permission.CONNECTIONS_CHANGE}

    @extend_schema(operation_id="connections_test", request=None, responses=answers(ConnectionShape))
    def post(self, request: Request, tenant: str, slug: str) -> Response:
        """Ask the system whether the key is known there, and whose it is; `health` and `health_says` tell."""
        over = self.principal.over(Permission.CONNECTIONS_CHANGE)
        with scope(over):
            connection = find_connection(find_tenant(tenant), slug)
        tested = services.test(connection, by=self.principal.actor, clock=partial(datetime.now, UTC))
        with scope(over):
            return Response(shown(tested))


def shown(connection: Connection) -> Any:
    return ConnectionShape(connection, context={"waiting": waiting_of([connection])}).data


def _is_over_all(principal: Principal) -> bool:
    return principal.over(Permission.CONNECTIONS_CHANGE) == ALL
