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
from killswitch.scopes import Scope
from killswitch.serializers import (
    ConfirmationsShape,
    LiftOrder,
    LiftResultShape,
    OpenedFeatureShape,
    OpenedStopShape,
    OpenedTenantShape,
    ProcessShape,
    StopEventShape,
    StopOrder,
    StopQuery,
    StopResultShape,
    StopShape,
    TargetLiftOrder,
    TrafficShape,
)
from killswitch.standing import Standing, standing_of
from killswitch.targets import Target
from tenants import revisions
from tenants.idempotency import once
from tenants.lookups import find_feature, find_tenant
from tenants.models import Feature, Process, Revision, Tenant
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import NotFound
from tenants.rest import ConsoleAPIView, Polled
from tenants.serializers import FeatureShape, Page, TenantShape

_IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="Sent again with the same key, it is done once."
)


class StopList(Polled):
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
        asked = services.Order(
            target=Target.of(tenant, feature),
            reason=Stop.Reason(order["reason"]),
            note=order["note"],
            expires_at=order.get("expires_at"),
            origin=Stop.Origin.API,
            blast_radius=reports.blast_radius(tenant.pk, feature.pk if feature else None, at=at),
        )
        result = services.stop(asked, by=self.principal.actor, at=at)
        return Response(
            StopResultShape(result).data, status=status.HTTP_200_OK if result.joined else status.HTTP_201_CREATED
        )


class StopDetail(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}

    @extend_schema(operation_id="stops_read", responses=answers(OpenedStopShape))
    def get(self, request: Request, stop_id: UUID) -> Response:
        """One stop with every change of it, and who has confirmed the last one."""
        stop = find_stop(stop_id)
        found = confirmations(stop.revision, at=datetime.now(UTC))
        events = StopEventShape(stop.events.order_by("-pk"), many=True).data
        proof = asdict(found) | {"complete": found.complete or not found.total}
        return Response({**StopShape(stop).data, "events": events, "confirmations": proof})


class TargetLift(ConsoleAPIView):
    permissions = {"POST": Permission.SWITCHES_CHANGE}

    @extend_schema(operation_id="stops_lift_target", request=TargetLiftOrder, responses=answers(LiftResultShape))
    def post(self, request: Request) -> Response:
        """Turn AI back on for a tenant, or for one feature of it."""
        order = TargetLiftOrder.of(request.data)
        tenant, feature = find_tenant(order["tenant"]), _feature(order)
        stop = _visible().active().at(Target.of(tenant, feature)).first()
        lifted = _lift(self, stop, order["note"]) if stop else _nothing_lifted()
        return Response(lifted | _still_off(tenant, feature))


class StopLift(ConsoleAPIView):
    permissions = {"POST": Permission.SWITCHES_CHANGE}

    @extend_schema(operation_id="stops_lift", request=LiftOrder, responses=answers(LiftResultShape))
    def post(self, request: Request, stop_id: UUID) -> Response:
        """Turn AI back on where this stop turned it off."""
        order = LiftOrder.of(request.data)
        stop = find_stop(stop_id)
        still_off = _still_off(stop.tenant, stop.feature) if stop.tenant else {"still_off": None, "features_off": []}
        return Response(_lift(self, stop, order["note"]) | still_off)


class RevisionDetail(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}

    @extend_schema(operation_id="stops_confirmations", responses=answers(ConfirmationsShape))
    def get(self, request: Request, revision: int) -> Response:
        """Which gateways have applied a change of the stops, and how soon."""
        if revision > revisions.number(Revision.Name.STOPS):
            raise NotFound(f"The stops have not reached revision {revision} yet.")
        found = confirmations(revision, at=datetime.now(UTC))
        # Without a gateway there is nobody left to confirm: no call passes.
        return Response(asdict(found) | {"complete": found.complete or not found.total})


class TenantDetail(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}

    @extend_schema(operation_id="tenants_read", responses=answers(OpenedTenantShape))
    def get(self, request: Request, slug: str) -> Response:
        """Whether AI is on for a tenant, feature by feature, and what is going on there."""
        tenant = find_tenant(slug)
        standing = standing_of(tenant)
        own = {stop.feature_id: stop for stop in standing.features}
        features = [
            {"slug": each.slug, "name": each.name, **_state_of_feature(standing, own.get(each.pk))}
            for each in Feature.objects.order_by("slug")
        ]
        found = reports.traffic([tenant.pk], datetime.now(UTC))[tenant.pk]
        facts = {"state": standing.state, "stops": StopShape(standing.stops, many=True).data, "features": features}
        return Response({**TenantShape(tenant).data, **facts, "traffic": TrafficShape(found).data})


class FeatureDetail(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}

    @extend_schema(operation_id="features_read", responses=answers(OpenedFeatureShape))
    def get(self, request: Request, slug: str) -> Response:
        """A feature, and for whom it is off by a stop of its own."""
        feature = find_feature(slug)
        stops = StopShape(
            _visible().active().filter(scope=Scope.TENANT_FEATURE, feature=feature).order_by("tenant__slug"), many=True
        ).data
        return Response({**FeatureShape(feature).data, "stops": stops})


class ProcessList(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}
    over_everything = True

    @extend_schema(operation_id="processes_list", parameters=[Page], responses=answers(paged(ProcessShape)))
    def get(self, request: Request) -> Response:
        """Gateways that let calls through or turn them away, with what each has applied."""
        query = Page.of(request.query_params)
        found = page(
            Process.objects.saying_whether_they_answer(), by="id", cursor=query.get("cursor"), limit=query["limit"]
        )
        return Response(found.answer(ProcessShape(found.rows, many=True).data))


def find_stop(pk: UUID) -> Stop:
    stop: Stop | None = _visible().filter(pk=pk).first()
    if stop is None:
        raise NotFound("There is no such stop that you may see.")
    return stop


def _state_of_feature(standing: Standing, stop: Stop | None) -> dict[str, Any]:
    """Held off: by the stop of the whole tenant."""
    state = "held_off" if standing.everything else "off" if stop else "on"
    return {"state": state, "stop": stop and stop.pk}


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
    wider = stops.at(Target.of(tenant)).first() if feature else None
    own = [] if feature else stops.filter(scope=Scope.TENANT_FEATURE).order_by("feature__slug")
    return {"still_off": StopShape(wider).data if wider else None, "features_off": StopShape(own, many=True).data}


def _nothing_lifted() -> dict[str, Any]:
    return {"lifted": False, "revision": revisions.number(Revision.Name.STOPS)}
