"""What is off for one tenant, or of one feature."""

from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from costs import reports
from killswitch.api.finding import visible
from killswitch.models import Stop
from killswitch.scopes import Scope
from killswitch.serializers import OpenedFeatureShape, OpenedTenantShape, StopShape, TrafficShape
from killswitch.standing import Standing, standing_of
from tenants.lookups import find_feature, find_tenant
from tenants.models import Feature
from tenants.openapi import answers
from tenants.permissions import Permission
from tenants.rest import Polled
from tenants.serializers import FeatureShape, TenantShape


class TenantDetail(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}

    @extend_schema(operation_id="tenants_read", responses=answers(OpenedTenantShape))
    def get(self, request: Request, slug: str) -> Response:
        """Whether AI is on for a tenant, feature by feature, and what is going on there."""
        tenant = find_tenant(slug)
        standing = standing_of(tenant)
        own = {stop.feature_id: stop for stop in standing.features}
        features = [
            {"slug": each.slug, "name": each.name, **_state_of_feature(standing, own.get(each.pk))}
            for each in Feature.objects.order_by("slug")
        ]
        found = reports.traffic([tenant.pk], datetime.now(UTC))[tenant.pk]
        facts = {"state": standing.state, "stops": StopShape(standing.stops, many=True).data, "features": features}
        return Response({**TenantShape(tenant).data, **facts, "traffic": TrafficShape(found).data})


class FeatureDetail(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}

    @extend_schema(operation_id="features_read", responses=answers(OpenedFeatureShape))
    def get(self, request: Request, slug: str) -> Response:
        """A feature, and for whom it is off by a stop of its own."""
        feature = find_feature(slug)
        scopes = (Scope.FEATURE, Scope.TENANT_FEATURE)
        stops = visible(self.principal).active().filter(scope__in=scopes, feature=feature).order_by("tenant__slug")
        return Response({**FeatureShape(feature).data, "stops": StopShape(stops, many=True).data})


def _state_of_feature(standing: Standing, stop: Stop | None) -> dict[str, Any]:
    """Held off: by the stop of the whole tenant."""
    state = "held_off" if standing.everything else "off" if stop else "on"
    return {"state": state, "stop": stop and stop.pk}
