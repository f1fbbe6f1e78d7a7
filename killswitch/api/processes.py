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
        query, rows = Page.of(request.query_params), Process.objects.saying_whether_they_answer()
        found = page(rows, by="id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(ProcessShape(found.rows, many=True).data))
