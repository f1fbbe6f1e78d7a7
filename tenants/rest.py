"""The door of the REST API: service keys and sessions, the same permissions as the pages, one shape of error."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.views import exception_handler as drf_answer

from tenants import keys
from tenants.models import ApiKey, User
from tenants.permissions import Permission
from tenants.principals import Principal, of_key, of_user
from tenants.refusals import Refused
from tenants.scope import ALL, scope, widen


class ServiceKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer aiops_…` with a service key."""

    def authenticate(self, request: Request) -> tuple[Principal, ApiKey] | None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = _find(text.strip())
        if key is None:
            raise AuthenticationFailed(
                "This service key is unknown, revoked or mistyped. Make one: aiops key create --service."
            )
        return of_key(key), key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasPermission(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        principal = principal_of(request)
        if principal is None:
            raise NotAuthenticated("Send a service key: Authorization: Bearer aiops_….")
        return principal.may(permission_of(view, request.method or "GET"))


class ConsoleAPIView(APIView):
    """`permissions` maps each method to what it needs; the handler runs in the scope that this permission gives."""

    permissions: Mapping[str, Permission]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with scope(()):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        principal = principal_of(request)
        if principal is not None:
            self.principal = principal
            widen(principal.over(permission_of(self, request.method or "GET")))


def principal_of(request: Request) -> Principal | None:
    user = request.user
    if isinstance(user, Principal):
        return user
    return of_user(user) if isinstance(user, User) else None


def permission_of(view: APIView, method: str) -> Permission:
    permissions: Mapping[str, Permission] = getattr(view, "permissions", {})
    return permissions.get(method, Permission.CONFIG_CHANGE)


def answer_refusal(fault: Exception, context: dict[str, Any]) -> Response | None:
    """`{"error": {"code", "detail"}}` for everything refused; what was half done is rolled back."""
    if connection.in_atomic_block:
        transaction.set_rollback(True)
    if isinstance(fault, Refused):
        return Response({"error": {"code": fault.code, "detail": fault.detail}}, status=fault.status)
    answer = drf_answer(fault, context)
    if answer is not None:
        answer.data = {"error": {"code": getattr(fault, "default_code", "error"), "detail": _text(answer.data)}}
    return answer


def _text(data: Any) -> Any:
    return data["detail"] if isinstance(data, dict) and set(data) == {"detail"} else data


def _find(text: str) -> ApiKey | None:
    parsed = keys.parse(text)
    if parsed is None:
        return None
    with scope(ALL):
        live = ApiKey.objects.live(at=datetime.now(UTC)).select_related("tenant")
        key = live.filter(pk=parsed.id, kind=ApiKey.Kind.SERVICE).first()
    return key if key and keys.matches(parsed.secret, bytes(key.secret_hash)) else None
