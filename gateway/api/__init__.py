from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from aiops.declare.applying import apply
from aiops.declare.problems import Faulty
from costs.prices import price_in_force
from gateway.grounding.policy import OFF, Mode, Unverified
from gateway.models import Chain, Grounding, Model, Provider, ResponseCache
from gateway.serializers import (
    AppliedShape,
    ApplyOrder,
    CachingOrder,
    CachingShape,
    ChainShape,
    FaultyRefusal,
    ForgottenShape,
    GroundingOrder,
    GroundingShape,
    ModelShape,
    PricedModelShape,
    PriceShape,
    ProviderShape,
)
from gateway.services import declare_caching, declare_grounding, forget_answers
from tenants.lookups import find_feature
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import NotAllowed
from tenants.rest import ConsoleAPIView
from tenants.scope import ALL
from tenants.serializers import Page


class ProviderList(ConsoleAPIView):
    permissions = {"GET": Permission.CONFIG_READ}
    over_everything = True

    @extend_schema(operation_id="providers_list", parameters=[Page], responses=answers(paged(ProviderShape)))
    def get(self, request: Request) -> Response:
        """Where models are served; never the keys."""
        query = Page.of(request.query_params)
        found = page(Provider.objects.all(), by="slug", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(ProviderShape(found.rows, many=True).data))


class ModelList(ConsoleAPIView):
    permissions = {"GET": Permission.CONFIG_READ}
    over_everything = True

    @extend_schema(operation_id="models_list", parameters=[Page], responses=answers(paged(PricedModelShape)))
    def get(self, request: Request) -> Response:
        """Models that calls may name, with the price in force."""
        query, at = Page.of(request.query_params), datetime.now(UTC)
        rows = Model.objects.select_related("provider")
        found = page(rows, by="slug", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer([{**ModelShape(row).data, "price": _price(row, at)} for row in found.rows]))


class ChainList(ConsoleAPIView):
    permissions = {"GET": Permission.CONFIG_READ}
    over_everything = True

    @extend_schema(operation_id="chains_list", parameters=[Page], responses=answers(paged(ChainShape)))
    def get(self, request: Request) -> Response:
        """Chains that calls may name: models in the order in which they are asked."""
        query = Page.of(request.query_params)
        rows = Chain.objects.prefetch_related("members__model")
        found = page(rows, by="slug", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(ChainShape(found.rows, many=True).data))


class GroundingDetail(ConsoleAPIView):
    permissions = {"GET": Permission.CONFIG_READ, "PUT": Permission.CONFIG_CHANGE}
    over_everything = True

    @extend_schema(operation_id="grounding_read", responses=answers(GroundingShape))
    def get(self, request: Request, slug: str) -> Response:
        """What a feature demands of its answers."""
        row = Grounding.objects.filter(feature=find_feature(slug)).first()
        return Response(GroundingShape(row.as_policy() if row else OFF).data)

    @extend_schema(operation_id="grounding_change", request=GroundingOrder, responses=answers(GroundingShape))
    def put(self, request: Request, slug: str) -> Response:
        """Demand it: the gateways check from the next call on."""
        order = GroundingOrder.of(request.data)
        declared = declare_grounding(
            find_feature(slug),
            mode=Mode(order["mode"]),
            min_confidence=order["min_confidence"],
            unverified=Unverified(order["unverified"]),
            by=self.principal.actor,
        )
        return Response(GroundingShape(declared.row.as_policy()).data)


class CachingDetail(ConsoleAPIView):
    permissions = {"GET": Permission.CONFIG_READ, "PUT": Permission.CONFIG_CHANGE}
    over_everything = True

    @extend_schema(operation_id="caching_read", responses=answers(CachingShape))
    def get(self, request: Request, slug: str) -> Response:
        """For how long answers of a feature stand for the same question."""
        feature = find_feature(slug)
        row = ResponseCache.objects.filter(feature=feature).first() or ResponseCache(feature=feature)
        return Response(CachingShape(row).data)

    @extend_schema(operation_id="caching_change", request=CachingOrder, responses=answers(CachingShape))
    def put(self, request: Request, slug: str) -> Response:
        """Keep answers for so long, or none."""
        order = CachingOrder.of(request.data)
        declared = declare_caching(find_feature(slug), seconds=order["seconds"], by=self.principal.actor)
        return Response(CachingShape(declared.row).data)


class CachingForget(ConsoleAPIView):
    permissions = {"POST": Permission.CONFIG_CHANGE}
    over_everything = True

    @extend_schema(operation_id="caching_forget", request=None, responses=answers(ForgottenShape))
    def post(self, request: Request, slug: str) -> Response:
        """Give nothing any more that was kept for this feature."""
        forgotten = forget_answers(find_feature(slug), by=self.principal.actor)
        return Response(ForgottenShape(forgotten).data)


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


def _price(model: Model, at: datetime) -> dict[str, Any] | None:
    version = price_in_force(model.provider.pricing_provider, model.upstream, at=at)
    return dict(PriceShape(version).data) if version else None


def _refuse(faulty: Faulty) -> Response:
    transaction.set_rollback(True)
    problems = [{"path": each.path, "place": each.place, "detail": each.detail} for each in faulty.problems]
    error = {"code": "faulty_declaration", "detail": str(faulty), "problems": problems}
    return Response({"error": error}, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
