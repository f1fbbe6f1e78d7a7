"""Letting calls through again, by the stop's id or by what it stops."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from killswitch import services
from killswitch.api.finding import find_stop, origin_of, target_to_change, visible
from killswitch.lookups import held_over, with_people
from killswitch.models import Stop
from killswitch.models.stop import StopQuerySet
from killswitch.permitting import CHANGES, check_may_change
from killswitch.scopes import Scope
from killswitch.serializers import HeldShape, LiftOrder, LiftResultShape, StopShape, TargetLiftOrder
from killswitch.targets import Target, wider_keys
from tenants.openapi import answers
from tenants.principals import Principal
from tenants.rest import ConsoleAPIView


class TargetLift(ConsoleAPIView):
    permissions = {"POST": CHANGES[0]}
    also = {"POST": CHANGES[1:]}

    @extend_schema(operation_id="stops_lift_target", request=TargetLiftOrder, responses=answers(LiftResultShape))
    def post(self, request: Request) -> Response:
        """Turn AI back on for a target, named as for a stop."""
        order = TargetLiftOrder.of(request.data)
        target = target_to_change(order, self.principal)
        stop = visible(self.principal).active().at(target).first()
        lifted = (
            _lift(self, request, stop, order["note"]) if stop else _nothing_lifted(visible(self.principal).at(target))
        )
        return Response(lifted | _still_off(self.principal, target))


class StopLift(ConsoleAPIView):
    permissions = {"POST": CHANGES[0]}
    also = {"POST": CHANGES[1:]}

    @extend_schema(operation_id="stops_lift", request=LiftOrder, responses=answers(LiftResultShape))
    def post(self, request: Request, stop_id: UUID) -> Response:
        """Turn AI back on where this stop turned it off."""
        order = LiftOrder.of(request.data)
        stop = find_stop(stop_id, self.principal)
        check_may_change(self.principal, stop.scope, stop.tenant_id)
        lifted = _lift(self, request, stop, order["note"])
        return Response(lifted | _still_off(self.principal, stop.aim))


def _lift(view: ConsoleAPIView, request: Request, stop: Stop, note: str) -> dict[str, Any]:
    by, at = view.principal.actor, datetime.now(UTC)
    return asdict(services.lift(stop, by=by, note=note, at=at, origin=origin_of(request)))


def _still_off(principal: Principal, target: Target) -> dict[str, Any]:
    """What keeps it off whatever was lifted: a wider stop, one that is held, or, of a tenant, those of its features."""
    seen, scope, tenant, feature = visible(principal).active(), target.scope, target.tenant, target.feature
    wider = seen.filter(target__in=wider_keys(scope, tenant, feature))
    # Keys are of one order by chance; the widest is named first.
    first = min(wider, key=lambda stop: list(Scope).index(Scope(stop.scope)), default=None)
    is_whole = tenant is not None and scope == Scope.TENANT
    own = seen.filter(tenant=tenant, scope=Scope.TENANT_FEATURE) if is_whole else seen.none()
    return {
        "still_off": StopShape(with_people([first])[0]).data if first else None,
        "features_off": StopShape(own.order_by("feature__slug"), many=True).data,
        "held_off": HeldShape(list(held_over(target, principal, at=datetime.now(UTC))), many=True).data,
    }


def _nothing_lifted(ever: StopQuerySet) -> dict[str, Any]:
    """Somebody may have lifted it a moment ago: of that one may wait for the confirmations."""
    return {"lifted": False, "revision": ever.aggregate(last=Max("revision"))["last"] or 0}
