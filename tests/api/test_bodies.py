"""What cannot be read is refused in the shape of the API."""

import pytest
from rest_framework.test import APIClient

JSON = "application/json"
LONG = b"x" * 3_000_000


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b'{"note":"%s"}' % LONG, JSON, 413, "too_large"),
        (LONG, "application/x-www-form-urlencoded", 413, "too_large"),
        (b"{", JSON, 400, "parse_error"),
        (b"\xff\xfe", JSON, 400, "parse_error"),
        (b"[" * 200_000, JSON, 400, "parse_error"),
        (b"[]", JSON, 400, "invalid"),
        (b"--x", "multipart/form-data; boundary=x", 415, "unsupported_media_type"),
    ],
    ids=["too large", "a form too large", "broken", "no text", "nested", "no object", "no JSON"],
)
def test_a_body_that_cannot_be_read(api: APIClient, body: bytes, kind: str, status: int, code: str) -> None:
    answer = api.generic("POST", "/api/v1/stops/", body, content_type=kind)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_request_for_another_host_is_refused_in_it_too(api: APIClient) -> None:
    answer = api.get("/api/v1/stops/", headers={"host": "elsewhere.example"})
    assert answer.json() == {"error": {"code": "invalid", "detail": "This request cannot be read."}}


def test_people_get_a_page(api: APIClient) -> None:
    answer = api.get("/switches/", headers={"host": "elsewhere.example"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "text/html; charset=utf-8")
