"""Releases that wait: for a second person, for their time, or for both."""

from collections.abc import Callable
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evals.services import planning
from prompts.models import PlannedRelease
from prompts.planned_serializers import PlannedDecision, PlannedQuery, PlannedReleaseShape, chosen
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.rest import ConsoleAPIView


class PlannedList(ConsoleAPIView):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(
        operation_id="planned_releases_list",
        parameters=[PlannedQuery],
        responses=answers(paged(PlannedReleaseShape)),
    )
    def get(self, request: Request) -> Response:
        """Releases that were asked for, the newest first."""
        query = PlannedQuery.of(request.query_params)
        rows = PlannedRelease.objects.filter(**chosen(query))
        rows = rows.select_related("prompt", "version", "tenant", "release__prompt", "release__version")
        found = page(rows, by="-id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(PlannedReleaseShape(found.rows, many=True).data))


class PlannedDetail(ConsoleAPIView):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(operation_id="planned_releases_read", responses=answers(PlannedReleaseShape))
    def get(self, request: Request, planned_id: UUID) -> Response:
        """One of them, and what came of it."""
        return Response(PlannedReleaseShape(planning.find_planned(planned_id)).data)


_TOLD = answers(PlannedReleaseShape)


class _Decision(ConsoleAPIView):
    permissions = {"POST": Permission.PROMPTS_RELEASE}
    over_everything = True

    def decided(self, request: Request, planned_id: UUID, decide: Callable[..., PlannedRelease]) -> Response:
        note = PlannedDecision.of(request.data)["note"]
        plan = decide(planning.find_planned(planned_id), note=note, by=self.principal.actor)
        return Response(PlannedReleaseShape(plan).data)


class PlannedApprove(_Decision):
    @extend_schema(
        operation_id="planned_releases_approve", request=PlannedDecision, responses=answers(PlannedReleaseShape)
    )
    def post(self, request: Request, planned_id: UUID) -> Response:
        """As a second person, have it made: at once, or at its time. Refused, it goes on waiting."""
        return self.decided(request, planned_id, planning.approve)


class PlannedDecline(_Decision):
    @extend_schema(
        operation_id="planned_releases_decline", request=PlannedDecision, responses=answers(PlannedReleaseShape)
    )
    def post(self, request: Request, planned_id: UUID) -> Response:
        """Say why it is not to go live."""
        return self.decided(request, planned_id, planning.decline)


class PlannedCancel(_Decision):
    @extend_schema(
        operation_id="planned_releases_cancel", request=PlannedDecision, responses=answers(PlannedReleaseShape)
    )
    def post(self, request: Request, planned_id: UUID) -> Response:
        """Let nothing go live, approved or not. Cancelled already, it stays so."""
        return self.decided(request, planned_id, planning.cancel)
