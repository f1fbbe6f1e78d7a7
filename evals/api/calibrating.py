"""Thresholds that hold a target: worked out, set, taken back."""

from datetime import UTC, datetime
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from evals import services
from evals.api import find_run, find_suite, shape_of
from evals.calibration_shapes import CalibrationOrder, CalibrationShape, ConfidenceRunOrder, ThresholdOrder, told
from evals.confidence.finding import calibrations, find_calibration, find_head, find_measured
from evals.serializers import RunShape
from tenants.lookups import find_feature
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.rest import ConsoleAPIView
from tenants.serializers import Page


class ConfidenceRuns(ConsoleAPIView):
    permissions = {"POST": Permission.EVALS_RUN}
    over_everything = True

    @extend_schema(
        operation_id="confidence_runs_start", request=ConfidenceRunOrder, responses=answers(RunShape, status=201)
    )
    def post(self, request: Request, slug: str) -> Response:
        """Ask a suite as the feature's callers ask, and see each answer before the threshold refuses it."""
        feature, order = find_feature(slug), ConfidenceRunOrder.of(request.data)
        suite = find_suite(order["suite"])
        head = find_head(suite, prompt=order.get("prompt", ""), version=order.get("head", ""))
        run = services.ask_confidence(
            feature, suite, head=head, at_once=order["at_once"], by=self.principal.actor, at=datetime.now(UTC)
        )
        return Response(shape_of(find_run(run.pk)), status=status.HTTP_201_CREATED)


class CalibrationList(ConsoleAPIView):
    permissions = {"GET": Permission.EVALS_READ, "POST": Permission.EVALS_RUN}
    over_everything = True

    @extend_schema(operation_id="calibrations_list", parameters=[Page], responses=answers(paged(CalibrationShape)))
    def get(self, request: Request, slug: str) -> Response:
        """Thresholds that were worked out for a feature, the newest first."""
        query = Page.of(request.query_params)
        rows = calibrations().filter(feature=find_feature(slug))
        found = page(rows, by="-id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer([told(row) for row in found.rows]))

    @extend_schema(
        operation_id="calibrations_make", request=CalibrationOrder, responses=answers(CalibrationShape, status=201)
    )
    def post(self, request: Request, slug: str) -> Response:
        """Work out the threshold that holds a target. It is not set by that."""
        feature, order = find_feature(slug), CalibrationOrder.of(request.data)
        run = find_measured(feature, run=order.get("run"), suite=order.get("suite", ""))
        made = services.calibrate(run, target=order["target"], by=self.principal.actor, at=datetime.now(UTC))
        return Response(told(find_calibration(made.pk)), status=status.HTTP_201_CREATED)


class CalibrationApply(ConsoleAPIView):
    permissions = {"POST": Permission.CONFIG_CHANGE}
    over_everything = True

    @extend_schema(operation_id="calibrations_apply", request=ThresholdOrder, responses=answers(CalibrationShape))
    def post(self, request: Request, calibration_id: UUID) -> Response:
        """Set its threshold: the gateways refuse by it from the next call on."""
        found, order = find_calibration(calibration_id), ThresholdOrder.of(request.data)
        services.apply(found, reason=order["reason"], by=self.principal.actor, at=datetime.now(UTC))
        return Response(told(find_calibration(found.pk)))


class CalibrationUndo(ConsoleAPIView):
    permissions = {"POST": Permission.CONFIG_CHANGE}
    over_everything = True

    @extend_schema(operation_id="calibrations_undo", request=None, responses=answers(CalibrationShape))
    def post(self, request: Request, calibration_id: UUID) -> Response:
        """Put the threshold back that was there before."""
        found = find_calibration(calibration_id)
        services.undo(found, by=self.principal.actor, at=datetime.now(UTC))
        return Response(told(find_calibration(found.pk)))
