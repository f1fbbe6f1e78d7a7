from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.models import ResponseCache
from gateway.serializers.caching import CachingOrder, CachingShape, ForgottenShape
from gateway.services import declare_caching, forget_answers
from tenants.lookups import find_feature
from tenants.openapi import answers
from tenants.permissions import Permission
from tenants.rest import ConsoleAPIView


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
