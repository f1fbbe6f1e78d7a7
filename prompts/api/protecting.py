"""Environments that take more than a verdict to be released to."""

from datetime import UTC, datetime

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from prompts import services
from prompts.models import Protection
from prompts.planned_serializers import ProtectionOrder, ProtectionShape
from tenants.models import Role
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import NotFound
from tenants.rest import ConsoleAPIView
from tenants.serializers import Page


class ProtectionList(ConsoleAPIView):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(
        operation_id="prompt_environments_list", parameters=[Page], responses=answers(paged(ProtectionShape))
    )
    def get(self, request: Request) -> Response:
        """Protected environments: who may release there, and whether a second person approves it."""
        query = Page.of(request.query_params)
        rows = Protection.objects.all()
        found = page(rows, by="environment", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(ProtectionShape(found.rows, many=True).data))


class ProtectionDetail(ConsoleAPIView):
    permissions = {
        "GET": Permission.PROMPTS_READ,
        "PUT": Permission.PROMPTS_PROTECT,
        "DELETE": Permission.PROMPTS_PROTECT,
    }
    over_everything = True

    @extend_schema(operation_id="prompt_environments_read", responses=answers(ProtectionShape))
    def get(self, request: Request, environment: str) -> Response:
        """How an environment is protected."""
        found = services.protection_of(environment)
        if found is None:
            raise NotFound(f"{environment!r} is not protected: whoever may release may do it alone.")
        return Response(ProtectionShape(found).data)

    @extend_schema(
        operation_id="prompt_environments_protect", request=ProtectionOrder, responses=answers(ProtectionShape)
    )
    def put(self, request: Request, environment: str) -> Response:
        """Protect an environment. Going back, and ending a canary, take neither role nor second person. What is not
        said stays as it is, so two who say different things at once both get what they said.
        """
        order = ProtectionOrder.of(request.data)
        made = services.protect(
            environment,
            role=Role(order["role"]) if "role" in order else None,
            second_person=order.get("second_person"),
            by=self.principal.actor,
            at=datetime.now(UTC),
        )
        return Response(ProtectionShape(made).data)

    @extend_schema(operation_id="prompt_environments_unprotect", responses=answers(None, status=204))
    def delete(self, request: Request, environment: str) -> Response:
        """Protect it no more. Not protected already, it stays so."""
        services.unprotect(environment, by=self.principal.actor, at=datetime.now(UTC))
        return Response(status=status.HTTP_204_NO_CONTENT)
