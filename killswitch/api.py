from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from costs import reports
from killswitch import services
from killswitch.confirmations import confirmations
from killswitch.models import Stop
from killswitch.serializers import (
    ConfirmationsShape,
    LiftOrder,
    LiftResultShape,
    StopOrder,
    StopQuery,
    StopResultShape,
    StopShape,
    TargetLiftOrder,
)
from tenants import revisions
from tenants.idempotency import once
from tenants.lookups import find_feature, find_tenant
from tenants.models import Feature, Revision, Tenant
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import NotFound
from tenants.rest import ConsoleAPIView

_IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="Sent again with the same key, it is done once."
)


class StopList(ConsoleAPIView):
    permissions = {"GET": Permission.SWITCHES_READ, "POST": Permission.SWITCHES_CHANGE}

    @extend_schema(operation_id="stops_list", parameters=[StopQuery], responses=answers(paged(StopShape)))
    def get(self, request: Request) -> Response:
        """What is off, newest first."""
        query = StopQuery.of(request.query_params)
        rows = _visible() if query["state"] == "all" else _visible().filter(state=query["state"])
        rows = rows.of(find_tenant(query["tenant"])) if "tenant" in query else rows
        found = page(rows, by="-id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(StopShape(found.rows, many=True).data))

    @extend_schema(
        operation_id="stops_create",
        parameters=[_IDEMPOTENCY],
        request=StopOrder,
        responses=answers(StopResultShape, status=201) | {200: StopResultShape},
    )
    def post(self, request: Request) -> Response:
        """Turn AI off: 201 once it is committed, 200 when it was off already and this joined it."""
        return once(request, self.principal, lambda: self._stop(StopOrder.of(request.data)))

    def _stop(self, order: dict[str, Any]) -> Response:
        tenant, feature, at = find_tenant(order["tenant"]), _feature(order), datetime.now(UTC)
        result = services.stop(
            tenant=tenant,
            feature=feature,
            reason=Stop.Reason(order["reason"]),
            note=order["note"],
            expires_at=order.get("expires_at"),
            blast_radius=reports.blast_radius(tenant.pk, feature.pk if feature else None, at=at),
            by=self.principal.actor,
            at=at,
        )
        return Response(
            StopResultShape(result).data, status=status.HTTP_200_OK if result.joined else status.HTTP_201_CREATED
        )


class TargetLift(ConsoleAPIView):
    permissions = {"POST": Permission.SWITCHES_CHANGE}

    @extend_schema(operation_id="stops_lift_target", request=TargetLiftOrder, responses=answers(LiftResultShape))
    def post(self, request: Request) -> Response:
        """Turn AI back on for a tenant, or for one feature of it."""
        order = TargetLiftOrder.of(request.data)
        tenant, feature = find_tenant(order["tenant"]), _feature(order)
        stop = _visible().active().of(tenant).filter(feature=feature).first()
        lifted = _lift(self, stop, order["note"]) if stop else _nothing_lifted()
        return Response(lifted | _still_off(tenant, feature))


class StopLift(ConsoleAPIView):
    permissions = {"POST": Permission.SWITCHES_CHANGE}

    @extend_schema(operation_id="stops_lift", request=LiftOrder, responses=answers(LiftResultShape))
    def post(self, request: Request, stop_id: UUID) -> Response:
        """Turn AI back on where this stop turned it off."""
        order = LiftOrder.of(request.data)
        stop = _visible().filter(pk=stop_id).first()
        if stop is None:
            raise NotFound("There is no such stop that you may lift.")
        return Response(_lift(self, stop, order["note"]) | _still_off(stop.tenant, stop.feature))


class RevisionDetail(ConsoleAPIView):
    permissions = {"GET": Permission.SWITCHES_READ}

    @extend_schema(operation_id="stops_confirmations", responses=answers(ConfirmationsShape))
    def get(self, request: Request, revision: int) -> Response:
        """Which gateways have applied a change of the stops, and how soon."""
        if revision > revisions.number(Revision.Name.STOPS):
            raise NotFound(f"The stops have not reached revision {revision} yet.")
        found = confirmations(revision, at=datetime.now(UTC))
        # Without a gateway there is nobody left to confirm: no call passes.
        return Response(asdict(found) | {"complete": found.complete or not found.total})


def _visible() -> Any:
    """Stops are the operator's table, without row-level security; tenants have it."""
    return Stop.objects.filter(tenant__in=Tenant.objects.all()).select_related("tenant", "feature")


def _feature(order: dict[str, Any]) -> Feature | None:
    return find_feature(order["feature"]) if "feature" in order else None


def _lift(view: ConsoleAPIView, stop: Stop, note: str) -> dict[str, Any]:
    return asdict(services.lift(stop, by=view.principal.actor, note=note, at=datetime.now(UTC)))


def _still_off(tenant: Tenant, feature: Feature | None) -> dict[str, Any]:
    """What keeps off the feature, or features of the tenant, whatever was lifted."""
    stops = _visible().active().of(tenant)
    wider = stops.filter(feature=None).first() if feature else None
    own = [] if feature else stops.exclude(feature=None).order_by("feature__slug")
    return {"still_off": StopShape(wider).data if wider else None, "features_off": StopShape(own, many=True).data}


def _nothing_lifted() -> dict[str, Any]:
    return {"lifted": False, "revision": revisions.number(Revision.Name.STOPS)}
