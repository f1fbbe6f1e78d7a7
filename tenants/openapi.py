"""How the OpenAPI schema tells of service keys and refusals. Registered by being imported."""

from typing import Any, override

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from tenants.serializers import Refusal

_REFUSED = (400, 401, 403, 404, 409, 422)


class ServiceKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # no types of its own
    target_class = "tenants.authentication.ServiceKeyAuthentication"
    name = "serviceKey"

    @override
    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return build_bearer_security_scheme_object(header_name="Authorization", token_prefix="Bearer")  # noqa: S106 - the scheme's name


class AnyKeyScheme(ServiceKeyScheme):  # type: ignore[no-untyped-call]  # as above
    target_class = "tenants.authentication.AnyKeyAuthentication"
    name = "anyKey"


def answers(shape: Any, *, status: int = 200) -> dict[int, Any]:
    """What an operation answers, and the one shape of everything it refuses."""
    return {status: shape, **dict.fromkeys(_REFUSED, Refusal)}


def paged(shape: type[serializers.BaseSerializer[Any]]) -> Any:
    """A page of rows of this shape."""
    fields = {
        "results": shape(many=True),
        "next": serializers.CharField(allow_null=True, help_text="Send it as `cursor`; null on the last page."),
    }
    return inline_serializer(f"PageOf{shape.__name__}", fields)
