from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from costs.prices import price_in_force
from gateway.models import Model, Provider
from gateway.serializers.providers import ModelShape, PricedModelShape, PriceShape, ProviderShape
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.rest import ConsoleAPIView
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


def _price(model: Model, at: datetime) -> dict[str, Any] | None:
    version = price_in_force(model.provider.pricing_provider, model.upstream, at=at)
    return dict(PriceShape(version).data) if version else None
