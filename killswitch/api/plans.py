"""Stops that are to be made at a moment."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from killswitch import services
from killswitch.api.finding import order_of, origin_of, target_to_change
from killswitch.api.stops import IDEMPOTENCY
from killswitch.lookups import with_people
from killswitch.models import Plan
from killswitch.models.plan import PlanQuerySet
from killswitch.permitting import CHANGES, check_may_change
from killswitch.serializers import PlanOrder, PlanQuery, PlanShape
from tenants.idempotency import once
from tenants.lookups import find_tenant
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import NotFound
from tenants.rest import ConsoleAPIView, Polled


class PlanList(Polled):
    permissions = {"GET": Permission.SWITCHES_READ, "POST": CHANGES[0]}
    also = {"POST": CHANGES[1:]}

    @extend_schema(operation_id="plans_list", parameters=[PlanQuery], responses=answers(paged(PlanShape)))
    def get(self, request: Request) -> Response:
        """Stops that are to be made at a moment, what was planned last first."""
        query = PlanQuery.of(request.query_params)
        found = page(_chosen(query), by="-id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(PlanShape(with_people(found.rows), many=True).data))

    @extend_schema(
        operation_id="plans_create",
        parameters=[IDEMPOTENCY],
        request=PlanOrder,
        responses=answers(PlanShape, status=201),
    )
    def post(self, request: Request) -> Response:
        """Have AI turned off at a moment: whoever plans it has to be allowed to then, too."""
        return once(request, self.principal, lambda: self._plan(request))

    def _plan(self, request: Request) -> Response:
        asked = PlanOrder.of(request.data)
        order = order_of(asked, target_to_change(asked, self.principal), origin_of(request))
        seconds = asked.get("lasts_seconds")
        lasts = timedelta(seconds=seconds) if seconds else None
        made = services.plan(order, starts_at=asked["starts_at"], lasts=lasts, by=self.principal.actor)
        return Response(_shown(made), status=status.HTTP_201_CREATED)


class PlanDetail(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}

    @extend_schema(operation_id="plans_read", responses=answers(PlanShape))
    def get(self, request: Request, plan_id: UUID) -> Response:
        """One planned stop, and what came of it."""
        return Response(_shown(_find(plan_id)))


class PlanCancel(ConsoleAPIView):
    permissions = {"POST": CHANGES[0]}
    also = {"POST": CHANGES[1:]}

    @extend_schema(operation_id="plans_cancel", request=None, responses=answers(PlanShape))
    def post(self, request: Request, plan_id: UUID) -> Response:
        """Let nothing be stopped at its moment. Done already, it stays so; once it has started, lift its stop."""
        plan = _find(plan_id)
        check_may_change(self.principal, plan.scope, plan.tenant_id)
        services.cancel(plan, by=self.principal.actor)
        return Response(_shown(_find(plan_id)))


def _chosen(query: dict[str, Any]) -> PlanQuerySet:
    """Of whom somebody sees nothing, the rows are not there."""
    rows: PlanQuerySet = Plan.objects.select_related("tenant", "feature")
    if query["state"] != "all":
        rows = rows.filter(state=query["state"])
    if "tenant" in query:
        rows = rows.of(find_tenant(query["tenant"]))
    return rows.filter(scope=query["scope"]) if "scope" in query else rows


def _find(pk: UUID) -> Plan:
    plan: Plan | None = Plan.objects.select_related("tenant", "feature").filter(pk=pk).first()
    if plan is None:
        raise NotFound("There is no such plan that you may see.")
    return plan


def _shown(plan: Plan) -> dict[str, Any]:
    (plan,) = with_people([plan])
    found: dict[str, Any] = PlanShape(plan).data
    return found
