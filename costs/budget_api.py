"""Budgets over the REST API. They are the operator's to set: whoever changes one is over all tenants."""

from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from aiops.lib import decimals
from costs import reports
from costs.budgets import change_budget, declare_budget, remove_budget
from costs.models import Budget
from costs.models.budget import BudgetQuerySet
from costs.pricing import plain_text
from costs.reports import LimitedStanding
from costs.serializers import BudgetChange, BudgetOrder, BudgetQuery, BudgetShape
from tenants.lookups import find_feature, find_tenant, find_tenant_or_operator
from tenants.models import OPERATOR, Tenant
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import Invalid, NotAllowed, NotFound
from tenants.rest import ConsoleAPIView, Polled
from tenants.scope import ALL


class BudgetList(Polled):
    permissions = {"GET": Permission.SPEND_READ, "POST": Permission.BUDGETS_CHANGE}

    @extend_schema(operation_id="budgets_list", parameters=[BudgetQuery], responses=answers(paged(BudgetShape)))
    def get(self, request: Request) -> Response:
        """Budgets, and how each stands in its period."""
        query = BudgetQuery.of(request.query_params)
        rows = _visible().of(find_tenant_or_operator(query["tenant"])) if "tenant" in query else _visible()
        found = page(rows, by="id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer([_shown(each) for each in reports.limited(datetime.now(UTC), found.rows)]))

    @extend_schema(
        operation_id="budgets_set",
        request=BudgetOrder,
        responses=answers(BudgetShape, status=HTTPStatus.CREATED) | {HTTPStatus.OK: BudgetShape},
    )
    def post(self, request: Request) -> Response:
        """Set a budget: 201 when it is new, 200 when one of this scope and period was there and has changed."""
        order, at = BudgetOrder.of(request.data), datetime.now(UTC)
        _check_over_everything(self)
        declared = declare_budget(
            _whose(order.get("tenant")),
            feature=find_feature(order["feature"]) if order.get("feature") else None,
            amount_usd=_amount(order["amount_usd"]),
            period=Budget.Period(order["period"]),
            kind=_kind(order),
            by=self.principal.actor,
            at=at,
        )
        status = HTTPStatus.CREATED if declared.outcome == "created" else HTTPStatus.OK
        return Response(_one(declared.row.pk, at), status=status)


class BudgetDetail(Polled):
    permissions = {
        "GET": Permission.SPEND_READ,
        "PATCH": Permission.BUDGETS_CHANGE,
        "DELETE": Permission.BUDGETS_CHANGE,
    }

    @extend_schema(operation_id="budgets_read", responses=answers(BudgetShape))
    def get(self, request: Request, budget_id: UUID) -> Response:
        """One budget, and how it stands."""
        return Response(_one(_find(budget_id).pk, datetime.now(UTC)))

    @extend_schema(operation_id="budgets_change", request=BudgetChange, responses=answers(BudgetShape))
    def patch(self, request: Request, budget_id: UUID) -> Response:
        """Another amount, or the other kind. Gateways hold to it within a second and a half."""
        order, budget, at = BudgetChange.of(request.data), _find(budget_id), datetime.now(UTC)
        _check_over_everything(self)
        change_budget(
            budget.pk,
            amount_usd=_amount(order["amount_usd"]) if "amount_usd" in order else None,
            kind=_kind(order),
            by=self.principal.actor,
            at=at,
        )
        return Response(_one(budget.pk, at))

    @extend_schema(operation_id="budgets_remove", responses=answers(None, status=HTTPStatus.NO_CONTENT))
    def delete(self, request: Request, budget_id: UUID) -> Response:
        """Limit these calls no more."""
        budget = _find(budget_id)
        _check_over_everything(self)
        remove_budget(budget, by=self.principal.actor, at=datetime.now(UTC))
        return Response(status=HTTPStatus.NO_CONTENT)


def _visible() -> BudgetQuerySet:
    return Budget.objects.select_related("tenant", "feature")


def _find(budget_id: UUID) -> Budget:
    return _there(_visible().filter(pk=budget_id).first())


def _there[T](found: T | None) -> T:
    if found is None:
        raise NotFound("There is no such budget that you may see.")
    return found


def _whose(tenant: str | None) -> Tenant:
    return find_tenant(tenant) if tenant else Tenant.objects.get(slug=OPERATOR)


def _check_over_everything(view: ConsoleAPIView) -> None:
    if view.principal.over(Permission.BUDGETS_CHANGE) != ALL:
        raise NotAllowed("Budgets are set by who may do so over all tenants.")


def _amount(text: str) -> Decimal:
    amount = decimals.read(text)
    if amount is None:
        raise Invalid("amount_usd", f"{text!r} is not an amount such as 250 or 0.50.")
    return amount


def _kind(order: dict[str, Any]) -> Budget.Kind | None:
    return Budget.Kind(order["kind"]) if "kind" in order else None


def _one(pk: UUID, at: datetime) -> dict[str, Any]:
    """It may have been removed since it was found, or set."""
    return _shown(_there(next(iter(reports.limited(at, _visible().filter(pk=pk))), None)))


def _shown(limited: LimitedStanding) -> dict[str, Any]:
    standing, budget = limited.standing, limited.standing.budget
    return {
        "id": str(budget.pk),
        "tenant": None if budget.tenant.is_operator else budget.tenant.slug,
        "feature": budget.feature.slug if budget.feature else None,
        "period": budget.period,
        "kind": budget.kind,
        "amount_usd": plain_text(budget.amount_usd),
        "spent_usd": plain_text(standing.spent),
        "used": float(standing.used),
        "reserved_usd": None if limited.held is None else plain_text(limited.held),
        "begun_at": standing.start if standing.end else None,
        "resets_at": standing.end,
        "refused_calls": limited.refused,
        "unpriced_calls": standing.unpriced_calls,
        "alerts": [{"threshold_percent": alert.threshold, "at": alert.at} for alert in limited.alerts],
    }
