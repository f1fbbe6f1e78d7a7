"""The OpenAPI schema, made once in a process: it takes a second, and says the same until another version runs."""

from functools import cache

import orjson
from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.request import Request

from tenants.rest import etag_of_bytes, knows

_TYPE = "application/vnd.oai.openapi+json"


class Schema(SpectacularJSONAPIView):
    # No secret, and of use to those who do not have a key yet.
    authentication_classes = ()
    permission_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        document, etag = _written()
        known = knows(request, etag)
        answer = HttpResponse(status=304) if known else HttpResponse(document, content_type=_TYPE)
        answer["ETag"] = etag
        patch_cache_control(answer, no_cache=True)
        return answer


@cache
def _written() -> tuple[bytes, str]:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # it has none
    document = orjson.dumps(schema, option=orjson.OPT_NON_STR_KEYS)
    return document, etag_of_bytes(document)
