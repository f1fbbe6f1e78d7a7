from datetime import UTC, datetime

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from killswitch.serializers import ProcessShape
from tenants.models import Process
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.rest import Polled
from tenants.serializers import Page


class ProcessList(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}
    over_everything = True

    @extend_schema(operation_id="processes_list", parameters=[Page], responses=answers(paged(ProcessShape)))
    def get(self, request: Request) -> Response:
        """Gateways that let calls through or turn them away, with what each has applied."""
        query, at = Page.of(request.query_params), datetime.now(UTC)
        answering = set(Process.objects.answering(at=at).values_list("pk", flat=True))
        found = page(Process.objects.all(), by="id", cursor=query.get("cursor"), limit=query["limit"])
        for row in found.rows:
            vars(row)["is_answering"] = row.pk in answering
        return Response(found.answer(ProcessShape(found.rows, many=True).data))
