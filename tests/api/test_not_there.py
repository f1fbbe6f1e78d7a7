import pytest
from django.test import Client
from rest_framework.test import APIClient

from tenants.models import User


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v1/stops/no-id/lift/", "/api/v2/"])
def test_where_nothing_is_the_api_says_so_in_its_own_shape(nobody: APIClient, db: None, path: str) -> None:
    answer = nobody.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert path in answer.json()["error"]["detail"]


def test_an_address_without_its_slash_is_led_to_it(nobody: APIClient, db: None) -> None:
    assert nobody.get("/api/v1/stops").headers["location"] == "/api/v1/stops/"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_what_is_sent_without_the_slash_is_refused_and_not_led_on_as_a_get(
    nobody: APIClient, db: None, method: str
) -> None:
    answer = getattr(nobody, method)("/api/v1/budgets?x=1")
    assert answer.status_code == 404
    assert "ends with a slash: /api/v1/budgets/" in answer.json()["error"]["detail"]


def test_a_nul_is_refused_in_the_shape_of_the_api(api: APIClient) -> None:
    answer = api.get("/api/v1/audit/?q=%00")
    assert (answer.status_code, answer.json()["error"]) == (
        400, {"code": "invalid", "detail": "A NUL character is not text."}
    )  # fmt: skip


def test_people_get_a_page(client: Client, db: None) -> None:
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_what_breaks_is_told_to_programs_in_json_and_to_people_as_a_page(
    api: APIClient, client: Client, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*arguments: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("costs.reports.ledger.sums", break_down)
    api.raise_request_exception = client.raise_request_exception = False
    program = api.get("/api/v1/spend/")
    assert (program.status_code, program.json()["error"]["code"]) == (500, "broken")
    client.force_login(manager)
    page = client.get("/spend/")
    assert page.status_code == 500
    assert page["content-type"].startswith("text/html")
