"""What answers where nothing is, or something broke: a page for people, the API's shape of error for programs."""

import sys
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.urls import is_valid_path
from django.views import defaults
from psycopg.errors import ConnectionTimeout

from aiops.checks import DATABASE_DOWN


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _is_program(request):
        return unreadable(request)
    if isinstance(exception, RequestDataTooBig):
        most = f"at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0:,} bytes are read."
        return _refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", f"What was sent is too large: {most}")
    return _refuse(HTTPStatus.BAD_REQUEST, "invalid", "This request cannot be read.")


def unreadable(request: HttpRequest, reason: str = "") -> HttpResponse:
    """With the way on for whoever is logged in; nobody else is told what there is."""
    user = getattr(request, "user", None)
    layout = "base.html" if user is not None and user.is_authenticated else "bare.html"
    page = loader.render_to_string("400.html", {"reason": reason, "layout": layout}, request)
    return HttpResponse(page, status=HTTPStatus.BAD_REQUEST)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _is_program(request):
        return defaults.page_not_found(request, exception)
    hint = "GET /api/v1/schema/ says what there is."
    if is_valid_path(f"{request.path}/"):
        hint = f"Its address ends with a slash: {request.path}/"
    detail = f"There is no {request.path} in this API. {hint}"
    return _refuse(HTTPStatus.NOT_FOUND, "not_found", detail)


def broken(request: HttpRequest) -> HttpResponse:
    if not _database_answers():
        return _without_the_database(request)
    if not _is_program(request):
        return defaults.server_error(request)
    detail = "The console failed on this request; nothing was changed. Its log says why."
    return _refuse(HTTPStatus.INTERNAL_SERVER_ERROR, "broken", detail)


def _database_answers() -> bool:
    """Asked over a connection of its own: the request's may be what broke."""
    fault = sys.exception()
    # It has waited in vain already: nobody waits twice.
    if fault is not None and isinstance(fault.__cause__, ConnectionTimeout):
        return False
    fresh = connection.copy()
    try:
        fresh.ensure_connection()
    except (OperationalError, InterfaceError):
        return False
    finally:
        fresh.close()
    return True


def _without_the_database(request: HttpRequest) -> HttpResponse:
    if _is_program(request):
        answer: HttpResponse = _refuse(HTTPStatus.SERVICE_UNAVAILABLE, "database_down", DATABASE_DOWN)
    else:
        page = loader.render_to_string("503.html", {"was_sent": request.method not in ("GET", "HEAD")})
        answer = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    # The log has it in its line.
    answer.reason_phrase = "PostgreSQL does not answer"
    return answer


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _refuse(status: HTTPStatus, code: str, detail: str) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "detail": detail}}, status=status)
