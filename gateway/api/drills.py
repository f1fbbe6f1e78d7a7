"""Trying a chain out, and what came of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.chains import find_chain
from gateway.drills import plan_drills, start_drill
from gateway.models import Chain, ChainDrill, DrillPlan
from gateway.serializers.drills import ChainDrillShape, DrillPlanOrder, DrillPlanShape
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import NotFound
from tenants.rest import ConsoleAPIView, Polled
from tenants.serializers import Page, Strict


class ChainDrillList(ConsoleAPIView):
    permissions = {"GET": Permission.CONFIG_READ, "POST": Permission.CONFIG_CHANGE}
    over_everything = True

    @extend_schema(operation_id="chain_drills_list", parameters=[Page], responses=answers(paged(ChainDrillShape)))
    def get(self, request: Request, name: str) -> Response:
        """Drills of a chain, newest first: who was made to fail, who answered."""
        query = Page.of(request.query_params)
        chain = find_chain(name)
        rows = ChainDrill.objects.filter(chain=chain).select_related("chain")
        found = page(rows, by="-id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(ChainDrillShape(found.rows, many=True, context={"labels": chain.labels()}).data))

    @extend_schema(operation_id="chain_drills_start", request=None, responses=answers(ChainDrillShape, status=201))
    def post(self, request: Request, name: str) -> Response:
        """Have every gateway make one real call whose first model fails; answers at once, a worker does it."""
        Strict.of(request.data)
        drill = start_drill(find_chain(name), by=self.principal.actor, at=datetime.now(UTC))
        return Response(_shaped(drill), status=status.HTTP_201_CREATED)


class ChainDrillDetail(Polled):
    permissions = {"GET": Permission.CONFIG_READ}
    over_everything = True

    @extend_schema(operation_id="chain_drills_read", responses=answers(ChainDrillShape))
    def get(self, request: Request, name: str, drill_id: UUID) -> Response:
        """One drill; `finished_at` is null while it is under way."""
        drill = ChainDrill.objects.select_related("chain").filter(chain__slug=name, pk=drill_id).first()
        if drill is None:
            raise NotFound(f"There is no such drill of chain {name!r}.")
        return Response(_shaped(drill))


class ChainDrillPlan(ConsoleAPIView):
    permissions = {"GET": Permission.CONFIG_READ, "PUT": Permission.CONFIG_CHANGE}
    over_everything = True

    @extend_schema(operation_id="chain_drill_plan_read", responses=answers(DrillPlanShape))
    def get(self, request: Request, name: str) -> Response:
        """When a chain is tried out by itself."""
        return Response(_told(find_chain(name)))

    @extend_schema(operation_id="chain_drill_plan_change", request=DrillPlanOrder, responses=answers(DrillPlanShape))
    def put(self, request: Request, name: str) -> Response:
        """Have it tried out by itself, daily or weekly, or no more."""
        order, chain = DrillPlanOrder.of(request.data), find_chain(name)
        plan_drills(chain, every=order["every"], hour=order["hour"], by=self.principal.actor, at=datetime.now(UTC))
        return Response(_told(chain))


def _shaped(drill: ChainDrill) -> Mapping[str, Any]:
    return ChainDrillShape(drill, context={"labels": drill.chain.labels()}).data


def _told(chain: Chain) -> dict[str, object]:
    plan = DrillPlan.objects.filter(chain=chain).first()
    return {"every": plan.every, "hour": plan.hour} if plan else {"every": "", "hour": None}
