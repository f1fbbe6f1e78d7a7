"""What answers where nothing is, or something broke: a page for people, the API's shape of error for programs."""

from http import HTTPStatus

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.views import defaults

from aiops.checks import database


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _is_program(request):
        return defaults.page_not_found(request, exception)
    detail = f"There is no {request.path} in this API. GET /api/v1/schema/ says what there is."
    return _refuse(HTTPStatus.NOT_FOUND, "not_found", detail)


def broken(request: HttpRequest) -> HttpResponse:
    # A connection that broke says nothing of the server: the next one does.
    connection.close_if_unusable_or_obsolete()
    down = database()
    if not down.ok:
        return _without_the_database(request, down.detail)
    if not _is_program(request):
        return defaults.server_error(request)
    detail = "The console failed on this request; nothing was changed. Its log says why."
    return _refuse(HTTPStatus.INTERNAL_SERVER_ERROR, "broken", detail)


def _without_the_database(request: HttpRequest, detail: str) -> HttpResponse:
    if _is_program(request):
        return _refuse(HTTPStatus.SERVICE_UNAVAILABLE, "database_down", detail)
    page = loader.render_to_string("503.html", {"was_sent": request.method not in ("GET", "HEAD")})
    return HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _refuse(status: HTTPStatus, code: str, detail: str) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "detail": detail}}, status=status)
