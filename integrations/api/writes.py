from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from integrations import services
from integrations.models import LedgerEntry
from integrations.people import people_of
from integrations.serializers import DecisionOrder, WriteQuery, WriteShape
from tenants.authentication import AnyKeyAuthentication
from tenants.lookups import find_tenant
from tenants.models import ApiKey
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import Conflict, NotFound
from tenants.rest import Polled, SlowAPIView
from tenants.scope import scope

_IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag that was seen; a later one is a conflict."
)


class WriteList(Polled):
    permissions = {"GET": Permission.CONNECTIONS_READ}

    @extend_schema(operation_id="writes_list", parameters=[WriteQuery], responses=answers(paged(WriteShape)))
    def get(self, request: Request) -> Response:
        """What was written to customers' systems, or waits to be, newest first."""
        query = WriteQuery.of(request.query_params)
        rows = entries().filter(**{name: query[name] for name in ("state", "action") if name in query})
        rows = rows.filter(tenant=find_tenant(query["tenant"])) if "tenant" in query else rows
        found = page(rows, by="-id", cursor=query.get("cursor"), limit=query["limit"])
        context = {"people": people_of(found.rows)}
        return Response(found.answer(WriteShape(found.rows, many=True, context=context).data))


class WriteDetail(Polled):
    authentication_classes = [AnyKeyAuthentication, SessionAuthentication]
    permissions = {"GET": Permission.CONNECTIONS_READ}

    @extend_schema(operation_id="writes_read", responses=answers(WriteShape))
    def get(self, request: Request, write_id: UUID) -> Response:
        """One write, with its diff. A call key sees what it asked for itself."""
        entry = _find(write_id)
        is_call_key = isinstance(request.auth, ApiKey) and request.auth.kind == ApiKey.Kind.CALL
        if is_call_key and not entry.is_of(self.principal.actor):
            raise _not_there()
        return _shown(entry)


class _Decision(SlowAPIView):
    permissions = {"POST": Permission.WRITES_DECIDE}

    def decide(self, request: Request, write_id: UUID, act: Callable[..., LedgerEntry]) -> Response:
        order, over = DecisionOrder.of(request.data), self.principal.over(Permission.WRITES_DECIDE)
        with scope(over):
            entry = _find(write_id)
        if request.headers.get("If-Match", _etag(entry)) != _etag(entry):
            raise Conflict("This write has changed since you looked at it. Look at it again.")
        decided = act(entry, note=order["note"], by=self.principal.actor, at=datetime.now(UTC))
        with scope(over):
            return _shown(_find(decided.id))


class WriteApprove(_Decision):
    @extend_schema(
        operation_id="writes_approve", parameters=[_IF_MATCH], request=DecisionOrder, responses=answers(WriteShape)
    )
    def post(self, request: Request, write_id: UUID) -> Response:
        """Send it as it was shown; not for whoever asked for it. What became of it is in the answer."""
        return self.decide(request, write_id, services.approve)


class WriteDecline(_Decision):
    @extend_schema(
        operation_id="writes_decline", parameters=[_IF_MATCH], request=DecisionOrder, responses=answers(WriteShape)
    )
    def post(self, request: Request, write_id: UUID) -> Response:
        """It is never sent."""
        return self.decide(request, write_id, services.decline)


class WriteUndo(_Decision):
    @extend_schema(
        operation_id="writes_undo", parameters=[_IF_MATCH], request=DecisionOrder, responses=answers(WriteShape)
    )
    def post(self, request: Request, write_id: UUID) -> Response:
        """Take it back by the inverse action; the answer is that action's own entry."""
        return self.decide(request, write_id, services.undo)


def entries() -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.select_related("tenant", "connection", "feature")


def _find(write_id: UUID) -> LedgerEntry:
    entry = entries().filter(id=write_id).first()
    if entry is None:
        raise _not_there()
    return entry


def _not_there() -> NotFound:
    return NotFound("There is no such write that you may see.")


def _shown(entry: LedgerEntry) -> Response:
    told: Any = WriteShape(entry, context={"people": people_of([entry])}).data
    return Response(told, headers={"ETag": _etag(entry)})


def _etag(entry: LedgerEntry) -> str:
    return f'"{entry.id}.{entry.version}"'
