"""No text of ours holds a NUL: PostgreSQL cannot store one, and each that got through would end in a 500."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse

from aiops.error_pages import unreadable

_FORM: Final = "application/x-www-form-urlencoded"
_REFUSED: Final = "A NUL character is not text."


class RefuseNul:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _holds_nul(request):
            return _refusal(request)
        return self._get_response(request)


def _refusal(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"error": {"code": "invalid", "detail": _REFUSED}}, status=HTTPStatus.BAD_REQUEST)
    return unreadable(request, _REFUSED)


def _holds_nul(request: HttpRequest) -> bool:
    if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return True
    return request.content_type == _FORM and b"%00" in request.body
