"""Automatic stops over the REST API, and complaints, which some of them count."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from costs.models import Call
from killswitch.models import Rule
from killswitch.rules import changing
from killswitch.rules.complaining import complain
from killswitch.rules.showing import Shown, shown
from killswitch.serializers.rules import (
    ComplaintOrder,
    ComplaintShape,
    OpenedRuleShape,
    RuleLimitsOrder,
    RuleMoveOrder,
    RuleShape,
    RuleStandingShape,
    TripShape,
)
from tenants.lookups import find_feature, find_tenant, near
from tenants.models import Feature, Tenant
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import NotFound
from tenants.rest import ConsoleAPIView, Polled
from tenants.serializers import Page


class RuleList(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}
    over_everything = True

    @extend_schema(operation_id="rules_list", parameters=[Page], responses=answers(paged(RuleShape)))
    def get(self, request: Request) -> Response:
        """Rules that stop parts by themselves."""
        query = Page.of(request.query_params)
        found = page(Rule.objects.all(), by="id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(RuleShape(found.rows, many=True).data))


class RuleDetail(Polled):
    permissions = {"GET": Permission.SWITCHES_READ, "PATCH": Permission.RULES_CHANGE}
    over_everything = True

    @extend_schema(operation_id="rules_read", responses=answers(OpenedRuleShape))
    def get(self, request: Request, rule: str) -> Response:
        """One rule, and what it keeps off just now."""
        return Response(_told(find_rule(rule)))

    @extend_schema(operation_id="rules_change", request=RuleLimitsOrder, responses=answers(OpenedRuleShape))
    def patch(self, request: Request, rule: str) -> Response:
        """Change what trips it. A rule that was live is in shadow after that."""
        order = RuleLimitsOrder.of(request.data)
        version = order.pop("version", None)
        found = find_rule(rule)
        return Response(
            _told(changing.change_limits(found, order, by=self.principal.actor, version=version, at=datetime.now(UTC)))
        )


class RuleMove(ConsoleAPIView):
    permissions = {"POST": Permission.RULES_CHANGE}
    over_everything = True

    @extend_schema(operation_id="rules_move", request=RuleMoveOrder, responses=answers(OpenedRuleShape))
    def post(self, request: Request, rule: str) -> Response:
        """Ask that a rule goes live, agree to it as another one, take it back to shadow, or turn it off."""
        order = RuleMoveOrder.of(request.data)
        move = changing.MOVES[order["to"]]
        found = move(
            find_rule(rule), by=self.principal.actor, version=order.get("version"), at=datetime.now(UTC)
        )  # fmt: skip
        return Response(_told(found))


class RuleTrips(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}
    over_everything = True

    @extend_schema(operation_id="rules_trips", parameters=[Page], responses=answers(paged(TripShape)))
    def get(self, request: Request, rule: str) -> Response:
        """What a rule stopped, or in shadow would have, newest first."""
        query = Page.of(request.query_params)
        rows = find_rule(rule).trips.select_related("rule")
        found = page(rows, by="-id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(TripShape(found.rows, many=True).data))


class ComplaintList(ConsoleAPIView):
    permissions = {"POST": Permission.SWITCHES_CHANGE}

    @extend_schema(
        operation_id="complaints_create",
        request=ComplaintOrder,
        responses=answers(ComplaintShape, status=201) | {200: ComplaintShape},
    )
    def post(self, request: Request) -> Response:
        """Pass on that somebody complained of an answer: 201, or 200 when that was known of the call."""
        order = ComplaintOrder.of(request.data)
        tenant, feature, facts = _of_call(order) if "call" in order else _named(order)
        made, is_new = complain(
            tenant, feature, words=order["words"], by=self.principal.actor, at=datetime.now(UTC), **facts
        )
        return Response(ComplaintShape(made).data, status=HTTPStatus.CREATED if is_new else HTTPStatus.OK)


def find_rule(slug: str) -> Rule:
    found = Rule.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound(f"There is no rule {slug!r}.{near(slug, Rule.objects.values_list('slug', flat=True))}")
    return found


def _told(rule: Rule) -> dict[str, Any]:
    found: Shown = shown([rule], at=datetime.now(UTC))[0]
    standing = RuleStandingShape(found.standing, many=True).data
    return {**RuleShape(rule).data, "watches": found.watches, "standing": standing}


def _of_call(order: Mapping[str, Any]) -> tuple[Tenant, Feature, dict[str, Any]]:
    call = Call.objects.filter(id=order["call"]).first()
    if call is None:
        raise NotFound("There is no such call that you may see. It is recorded about a second after its end.")
    facts = {"call_id": call.id, "user_key": call.user_key, "prompt_version": call.prompt_version}
    return call.tenant, call.feature, facts


def _named(order: Mapping[str, Any]) -> tuple[Tenant, Feature, dict[str, Any]]:
    return find_tenant(order["tenant"]), find_feature(order["feature"]), {}
