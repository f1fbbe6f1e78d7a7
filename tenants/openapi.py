"""How the OpenAPI schema tells of service keys and refusals. Registered by being imported."""

import re
from collections.abc import Mapping
from typing import Any, override

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from drf_spectacular.utils import Direction, OpenApiParameter, inline_serializer
from rest_framework import serializers

from tenants.permissions import Permission
from tenants.rest import Polled
from tenants.serializers import Refusal

_IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="The ETag of the answer before: 304 when it still holds."
)
_MEANINGS = {
    "304": "What you have still holds.",
    "400": "A parameter or field that cannot be; `detail` says which, and what is allowed.",
    "401": "No key, or one that is unknown, revoked or mistyped.",
    "403": "The key or person may not.",
    "404": "Not there, or another tenant's: the same answer.",
    "409": "Somebody else was first, or it was done already.",
    "422": "It cannot be done with these values; `detail` says why.",
}
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


class ConsoleSchema(AutoSchema):
    """Each operation says in its own words what it does, what it needs and how it is polled."""

    @override
    def get_summary(self) -> str:
        return _first_sentence(super().get_description())

    @override
    def get_description(self) -> str:  # type: ignore[override]  # as the class it extends does
        return f"{super().get_description()}\n\n{self._needed()}"

    @override
    def get_extensions(self) -> dict[str, Any]:
        permission = self._permissions.get(self.method)
        return {**super().get_extensions(), **({"x-permission": str(permission)} if permission else {})}

    @override
    def get_override_parameters(self) -> list[Any]:
        return [*super().get_override_parameters(), *([_IF_NONE_MATCH] if self._is_polled else [])]

    @override
    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        found = super()._get_response_bodies(direction)
        if self.method == "GET":
            # What changes nothing conflicts with nothing.
            found.pop("409", None)
        told = {code: {**answer, "description": _MEANINGS.get(code, "Done.")} for code, answer in found.items()}
        return dict(sorted((told | ({"304": {"description": _MEANINGS["304"]}} if self._is_polled else {})).items()))

    @property
    def _permissions(self) -> Mapping[str, Permission | None]:
        return getattr(self.view, "permissions", {})

    @property
    def _is_polled(self) -> bool:
        return self.method == "GET" and isinstance(self.view, Polled)

    def _needed(self) -> str:
        if self.method not in self._permissions:
            return "Open to all."
        permission = self._permissions[self.method]
        if permission is None:
            return "For everybody who is logged in, and every service key."
        over = " over all tenants" if getattr(self.view, "over_everything", False) else ""
        also = getattr(self.view, "also", {}).get(self.method, ())
        others = "".join(f", or `{other}`" for other in also)
        return f"Needs `{permission}`{others}{', by what is named' if also else over}."


def _first_sentence(text: str) -> str:
    """Up to its first full stop, semicolon or colon, whatever lines it is written on."""
    return re.split(r"[.;:](?:\s|$)", " ".join(text.split()), maxsplit=1)[0]


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
