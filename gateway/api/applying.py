from datetime import UTC, datetime

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from aiops.declare.applying import apply
from aiops.declare.problems import Faulty
from gateway.serializers.applying import AppliedShape, ApplyOrder, FaultyRefusal
from tenants.openapi import answers
from tenants.permissions import Permission
from tenants.refusals import NotAllowed
from tenants.rest import ConsoleAPIView
from tenants.scope import ALL


class Application(ConsoleAPIView):
    permissions = {"POST": Permission.CONFIG_CHANGE}

    @extend_schema(operation_id="apply", request=ApplyOrder, responses=answers(AppliedShape) | {422: FaultyRefusal})
    def post(self, request: Request) -> Response:
        """Bring providers, models, chains, features, tenants and budgets in line with a declaration; all or nothing."""
        order = ApplyOrder.of(request.data)
        if self.principal.over(Permission.CONFIG_CHANGE) != ALL:
            raise NotAllowed("What is declared concerns all tenants; only the operator's own engineers and admins may.")
        dry_run = order["dry_run"]
        try:
            report = apply(order["declaration"], by=self.principal.actor, at=datetime.now(UTC), dry_run=dry_run)
        except Faulty as faulty:
            return _refuse(faulty)
        changes = [{"kind": each.kind, "name": each.name, "outcome": each.outcome} for each in report.changes]
        answer = {"dry_run": dry_run, "changes": changes, "counts": report.counts, "warnings": report.warnings}
        return Response(answer)


def _refuse(faulty: Faulty) -> Response:
    transaction.set_rollback(True)
    problems = [{"path": each.path, "place": each.place, "detail": each.detail} for each in faulty.problems]
    error = {"code": "faulty_declaration", "detail": str(faulty), "problems": problems}
    return Response({"error": error}, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
