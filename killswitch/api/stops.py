"""Stopping, and what is stopped."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from killswitch import services
from killswitch.api.finding import find_stop, order_of, origin_of, target_to_change, visible
from killswitch.confirmations import confirmations
from killswitch.lookups import blast_if_quick, with_people
from killswitch.models import Stop, StopEvent
from killswitch.models.stop import StopQuerySet
from killswitch.permitting import CHANGES
from killswitch.serializers import (
    ConfirmationsShape,
    OpenedStopShape,
    StopEventShape,
    StopOrder,
    StopQuery,
    StopResultShape,
    StopShape,
)
from tenants import revisions
from tenants.idempotency import once
from tenants.lookups import find_tenant
from tenants.models import Revision
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import NotFound
from tenants.rest import Polled
from tenants.scope import ALL

IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="Sent again with the same key, it is done once."
)


class StopList(Polled):
    permissions = {"GET": Permission.SWITCHES_READ, "POST": CHANGES[0]}
    also = {"POST": CHANGES[1:]}

    @extend_schema(operation_id="stops_list", parameters=[StopQuery], responses=answers(paged(StopShape)))
    def get(self, request: Request) -> Response:
        """What is off, newest first."""
        query = StopQuery.of(request.query_params)
        rows = _chosen(visible(self.principal), query)
        found = page(rows, by="-id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(StopShape(with_people(found.rows), many=True).data))

    @extend_schema(
        operation_id="stops_create",
        parameters=[IDEMPOTENCY],
        request=StopOrder,
        responses=answers(StopResultShape, status=201) | {200: StopResultShape},
    )
    def post(self, request: Request) -> Response:
        """Turn AI off: 201 once it is committed, 200 when it was off already and this joined it."""
        return once(request, self.principal, lambda: self._stop(request))

    def _stop(self, request: Request) -> Response:
        order, at = StopOrder.of(request.data), datetime.now(UTC)
        target = target_to_change(order, self.principal)
        asked = order_of(order, target, origin_of(request))
        asked = replace(asked, blast_radius=blast_if_quick(target, at=at))
        result = services.stop(asked, by=self.principal.actor, at=at)
        with_people([result.stop])
        return Response(
            StopResultShape(result).data, status=status.HTTP_200_OK if result.joined else status.HTTP_201_CREATED
        )


class StopDetail(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}

    @extend_schema(operation_id="stops_read", responses=answers(OpenedStopShape))
    def get(self, request: Request, stop_id: UUID) -> Response:
        """One stop with every change of it, and who has confirmed the last one."""
        (stop,) = with_people([find_stop(stop_id, self.principal)])
        found = confirmations(stop.revision, at=datetime.now(UTC)).shown()
        events = StopEventShape(stop.events.order_by("-pk"), many=True).data
        proof = asdict(found) | {"complete": found.complete or not found.total}
        return Response({**StopShape(stop).data, "events": events, "confirmations": proof})


class RevisionDetail(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}

    @extend_schema(operation_id="stops_confirmations", responses=answers(ConfirmationsShape))
    def get(self, request: Request, revision: int) -> Response:
        """Which gateways have applied a change of the stops, and how soon."""
        # What others changed, and how many answers that cut, is not theirs to know.
        is_theirs = StopEvent.objects.filter(revision=revision, stop__in=visible(self.principal)).exists()
        if not is_theirs and self.principal.over(Permission.SWITCHES_READ) != ALL:
            raise NotFound("There is no such change that you may see.")
        if revision > revisions.number(Revision.Name.STOPS):
            raise NotFound(f"The stops have not reached revision {revision} yet.")
        found = confirmations(revision, at=datetime.now(UTC)).shown()
        # Without a gateway there is nobody left to confirm: no call passes.
        return Response(asdict(found) | {"complete": found.complete or not found.total})


def _chosen(rows: StopQuerySet, query: dict[str, Any]) -> StopQuerySet:
    if "due" in query:
        rows = rows.due_for_review(at=datetime.now(UTC))
    state = query.get("state", "all" if "due" in query else "active")
    rows = rows if state == "all" else rows.filter(state=state)
    rows = rows.of(find_tenant(query["tenant"])) if "tenant" in query else rows
    rows = rows.filter(scope=query["scope"]) if "scope" in query else rows
    if "origin" in query:
        return rows.filter(origin=query["origin"])
    # One every few minutes: they would be all that is seen.
    return rows.exclude(origin=Stop.Origin.DRILL)
