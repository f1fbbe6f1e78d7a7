"""The door of the REST API: service keys and sessions, the same permissions as the pages, one shape of error."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import Any, override

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils.http import quote_etag
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.views import exception_handler as drf_answer

from tenants.authentication import permissions_of, principal_of
from tenants.permissions import Permission
from tenants.principals import Principal
from tenants.refusals import Refused
from tenants.scope import scope, widen


class ConsoleAPIView(APIView):
    """`permissions` maps each method to what it needs; the handler runs in the scope that this permission gives.

    None: everybody who is known may, and sees no tenant's rows.
    """

    permissions: Mapping[str, Permission | None]
    # Other permissions that open a method too, each for something else: its handler asks which of them fits.
    also: Mapping[str, Collection[Permission]] = {}
    # What belongs to the operator and no tenant: only for who is over all of them.
    over_everything = False
    principal: Principal

    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with scope(()):
                return super().dispatch(request, *args, **kwargs)
        except Refused as refused:
            # By what is done once it is committed: its answer was written already, and is not true.
            return self.finalize_response(self.request, self.handle_exception(refused), *args, **kwargs)

    @override
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        principal = principal_of(request)
        if principal is not None:
            self.principal = principal
            widen(principal.over(*permissions_of(self, request.method or "GET")))


class Polled(ConsoleAPIView):
    """For what programs ask again and again: nothing is sent to whoever has it already."""

    @override
    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.method not in ("GET", "HEAD") or response.status_code != HTTPStatus.OK:
            return response
        if "ETag" not in response:
            response["ETag"] = etag_of(response.data)
        if knows(request, response["ETag"]):
            response.status_code, response.data = HTTPStatus.NOT_MODIFIED, None
        return response


def etag_of(data: Any) -> str:
    """Of the content, so that two processes give the same."""
    return etag_of_bytes(JSONRenderer().render(data))


def etag_of_bytes(content: bytes) -> str:
    return quote_etag(hashlib.sha256(content).hexdigest()[:32])


def knows(request: HttpRequest | Request, etag: str) -> bool:
    """Whether the caller has it. Proxies that compress may have marked it as weak."""
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}
    return etag in known or "*" in known


class SlowAPIView(ConsoleAPIView):
    """For handlers that ask other systems: no transaction is open round them, so they open scopes of their own."""

    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return APIView.dispatch(self, request, *args, **kwargs)

    @override
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        with scope(()):
            super().initial(request, *args, **kwargs)

    @override
    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        # What was half done was rolled back with the scope in which it was done.
        return told


def answer_refusal(fault: Exception, context: dict[str, Any]) -> Response | None:
    """`{"error": {"code", "detail"}}` for everything refused; what was half done is rolled back."""
    if connection.in_atomic_block:
        transaction.set_rollback(True)
    return told(fault, context)


def told(fault: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(fault, Refused):
        return Response({"error": {"code": fault.code, "detail": fault.detail, **fault.more}}, status=fault.status)
    answer = drf_answer(fault, context)
    if answer is not None:
        answer.data = {"error": {"code": getattr(fault, "default_code", "error"), "detail": _text(answer.data)}}
    return answer


def _text(data: Any) -> Any:
    return data["detail"] if isinstance(data, dict) and set(data) == {"detail"} else data
