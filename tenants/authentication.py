"""Who asks the REST API. The framework reads this while its views are imported, so nothing here imports those."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, override

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    MethodNotAllowed,
    NotAuthenticated,
    PermissionDenied,
)
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from tenants import keys
from tenants.models import ApiKey, User
from tenants.permissions import Permission
from tenants.principals import Principal, of_call_key, of_key, of_user
from tenants.scope import ALL, scope

if TYPE_CHECKING:
    from rest_framework.views import APIView


_CALL_KEY: Final = (
    "This is a call key of a tenant: it opens the gateway, the actions, and what it wrote by them. "
    "Here a service key is needed: aiops key create --service."
)


class ServiceKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer aiops_…` with a service key."""

    kinds: tuple[ApiKey.Kind, ...] = (ApiKey.Kind.SERVICE,)
    unknown = "This service key is unknown, revoked or mistyped. Make one: aiops key create --service."

    @override
    def authenticate(self, request: Request) -> tuple[Principal, ApiKey] | None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = _find(text.strip(), self.kinds)
        if key is None:
            raise self._refusal(text.strip())
        return of_call_key(key) if key.kind == ApiKey.Kind.CALL else of_key(key), key

    def _refusal(self, text: str) -> APIException:
        """A key that opens other doors is told so: who made a new one would be refused with that one too."""
        if _find(text, [ApiKey.Kind.CALL]) is not None:
            return PermissionDenied(_CALL_KEY)
        return AuthenticationFailed(self.unknown)

    @override
    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class AnyKeyAuthentication(ServiceKeyAuthentication):
    """A service key, or a tenant's call key: for the few addresses that applications themselves ask."""

    kinds = (ApiKey.Kind.SERVICE, ApiKey.Kind.CALL)
    unknown = "This key is unknown, revoked or mistyped. Make one: aiops key create."


class HasPermission(BasePermission):
    @override
    def has_permission(self, request: Request, view: "APIView") -> bool:
        principal = principal_of(request)
        if principal is None:
            raise NotAuthenticated("Send a service key: Authorization: Bearer aiops_….")
        permissions = permissions_of(view, request.method or "GET")
        if not permissions:
            return True
        over_everything = getattr(view, "over_everything", False)
        if principal.over(*permissions) == ALL if over_everything else any(map(principal.may, permissions)):
            return True
        raise PermissionDenied(
            f"This needs {' or '.join(permissions)}{' over all tenants' if over_everything else ''}."
        )


def principal_of(request: Request) -> Principal | None:
    user = request.user
    if isinstance(user, Principal):
        return user
    return of_user(user) if isinstance(user, User) else None


def permissions_of(view: "APIView", method: str) -> tuple[Permission, ...]:
    """Any of these opens the method; none: nothing is asked. A method that the view does not know is refused."""
    permissions: Mapping[str, Permission | None] = getattr(view, "permissions", {})
    asked = "GET" if method == "HEAD" else method
    if asked not in permissions:
        raise MethodNotAllowed(method)
    permission = permissions[asked]
    also: Mapping[str, Collection[Permission]] = getattr(view, "also", {})
    return () if permission is None else (permission, *also.get(asked, ()))


def _find(text: str, kinds: Collection[ApiKey.Kind]) -> ApiKey | None:
    parsed = keys.parse(text)
    if parsed is None:
        return None
    with scope(ALL):
        live = ApiKey.objects.live(at=datetime.now(UTC)).select_related("tenant", "feature")
        key = live.filter(pk=parsed.id, kind__in=kinds).first()
    return key if key and keys.matches(parsed.secret, bytes(key.secret_hash)) else None
