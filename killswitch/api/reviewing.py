from datetime import UTC, datetime
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from killswitch import services
from killswitch.api.finding import find_stop, origin_of
from killswitch.lookups import with_people
from killswitch.permitting import CHANGES, check_may_change
from killswitch.serializers import ReviewOrder, StopShape
from tenants.openapi import answers
from tenants.rest import ConsoleAPIView


class StopReview(ConsoleAPIView):
    permissions = {"POST": CHANGES[0]}
    also = {"POST": CHANGES[1:]}

    @extend_schema(operation_id="stops_review", request=ReviewOrder, responses=answers(StopShape))
    def post(self, request: Request, stop_id: UUID) -> Response:
        """Say what was found of a stop that was made in haste, or that no clock ends. Not for whoever made it."""
        order = ReviewOrder.of(request.data)
        stop = find_stop(stop_id, self.principal)
        check_may_change(self.principal, stop.scope, stop.tenant_id)
        services.review(
            stop,
            by=self.principal.actor,
            note=order["note"],
            again_at=order.get("again_at"),
            at=datetime.now(UTC),
            origin=origin_of(request),
        )
        return Response(StopShape(with_people([stop])[0]).data)
