from datetime import UTC, datetime

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from killswitch.api.finding import target_to_see
from killswitch.lookups import blast_of
from killswitch.serializers import BlastShape, TargetQuery
from tenants.openapi import answers
from tenants.permissions import Permission
from tenants.rest import Polled


class BlastRadius(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}

    @extend_schema(operation_id="stops_blast_radius", parameters=[TargetQuery], responses=answers(BlastShape))
    def get(self, request: Request) -> Response:
        """What a stop of this target would end just now; named as for a stop."""
        target = target_to_see(TargetQuery.of(request.query_params), self.principal)
        return Response(BlastShape(blast_of(target, at=datetime.now(UTC))).data)
