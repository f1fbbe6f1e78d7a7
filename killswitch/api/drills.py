"""Trying the switch out, and what came of it."""

from datetime import UTC, datetime

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from killswitch.drills import last_proof, run_drill, summary_at
from killswitch.models import Drill
from killswitch.serializers.drills import DrillListShape, DrillShape, DrillSummaryShape, SwitchProofShape
from tenants.openapi import answers
from tenants.paging import page
from tenants.permissions import Permission
from tenants.rest import SlowAPIView
from tenants.serializers import Page, Strict


class DrillList(SlowAPIView):
    permissions = {"GET": Permission.SWITCHES_READ, "POST": Permission.SWITCHES_CHANGE}
    over_everything = True

    @extend_schema(operation_id="drills_list", parameters=[Page], responses=answers(DrillListShape))
    def get(self, request: Request) -> Response:
        """Drills of the last 30 days, newest first, and when the switch was last seen to work."""
        query, at = Page.of(request.query_params), datetime.now(UTC)
        found = page(Drill.objects.all(), by="-id", cursor=query.get("cursor"), limit=query["limit"])
        proof = last_proof(at)
        facts = {
            "last_proof": SwitchProofShape(proof).data if proof else None,
            "summary": DrillSummaryShape(summary_at(at)).data,
        }
        return Response(found.answer(DrillShape(found.rows, many=True).data) | facts)

    @extend_schema(operation_id="drills_run", request=None, responses=answers(DrillShape, status=201))
    def post(self, request: Request) -> Response:
        """Try the switch out on every gateway, with a feature of the console's own; answers once it is done."""
        Strict.of(request.data)
        drill = run_drill(by=self.principal.actor)
        return Response(DrillShape(drill).data, status=status.HTTP_201_CREATED)
