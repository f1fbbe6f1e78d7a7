from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.grounding.policy import OFF, Mode, Unverified
from gateway.models import Grounding
from gateway.serializers.grounding import GroundingOrder, GroundingShape
from gateway.services import declare_grounding
from tenants.lookups import find_feature
from tenants.openapi import answers
from tenants.permissions import Permission
from tenants.rest import ConsoleAPIView


class GroundingDetail(ConsoleAPIView):
    permissions = {"GET": Permission.CONFIG_READ, "PUT": Permission.CONFIG_CHANGE}
    over_everything = True

    @extend_schema(operation_id="grounding_read", responses=answers(GroundingShape))
    def get(self, request: Request, slug: str) -> Response:
        """What a feature demands of its answers."""
        row = Grounding.objects.filter(feature=find_feature(slug)).first()
        return Response(GroundingShape(row.as_policy() if row else OFF).data)

    @extend_schema(operation_id="grounding_change", request=GroundingOrder, responses=answers(GroundingShape))
    def put(self, request: Request, slug: str) -> Response:
        """Demand it: the gateways check from the next call on."""
        order = GroundingOrder.of(request.data)
        declared = declare_grounding(
            find_feature(slug),
            mode=Mode(order["mode"]),
            min_confidence=order["min_confidence"],
            unverified=Unverified(order["unverified"]),
            by=self.principal.actor,
        )
        return Response(GroundingShape(declared.row.as_policy()).data)
