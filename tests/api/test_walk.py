"""Every operation of the schema: it answers as it says, to whom its page is open."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from evals.comparing.cells import Kind
from evals.serializers import CASE_KINDS
from tests.api.described import faults
from tests.api.everything import make_everything
from tests.database import lasting
from tests.factories import make_feature, make_tenant


@cache
def schema() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return found


# What is called like something else elsewhere.
INSTEAD = {
    "/chains/": {"name": "quick"},
    "/features/": {"slug": "answers"},
    "/readiness/": {"feature": "answers"},
    "/connections/": {"slug": "erp"},
    "/actions/": {"name": "tryton.read_party"},
}
# What has to be said of what it is asked.
ASKED = {"/api/v1/stops/blast-radius/": "?tenant=acme"}
READS = sorted(path for path, methods in schema()["paths"].items() if "get" in methods)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Any]]:
    """Once: no test changes anything."""
    with lasting(django_db_blocker):
        yield make_everything(make_tenant("acme", name="Acme Robotics"), make_feature("answers"))


@pytest.fixture
def everything_there(made: dict[str, Any], everything: None) -> dict[str, Any]:
    return made


def address(path: str, there: dict[str, Any]) -> str:
    instead = next((names for part, names in INSTEAD.items() if part in path), {})
    return path.format(**there | instead) + ASKED.get(path, "")


@pytest.mark.parametrize("path", READS)
def test_every_answer_is_as_the_schema_says(api: APIClient, everything_there: dict[str, Any], path: str) -> None:
    answer = api.get(address(path, everything_there))
    assert answer.status_code == 200, answer.json()
    assert faults(answer.json(), schema()["paths"][path]["get"], schema()) == []


@pytest.mark.parametrize("path", READS)
def test_nobody_is_answered_without_a_key(nobody: APIClient, everything_there: dict[str, Any], path: str) -> None:
    answer = nobody.get(address(path, everything_there))
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize("path", [path for path in READS if "304" in schema()["paths"][path]["get"]["responses"]])
def test_what_is_polled_is_not_sent_twice(api: APIClient, everything_there: dict[str, Any], path: str) -> None:
    url = address(path, everything_there)
    etag = api.get(url)["ETag"]
    again = api.get(url, headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert api.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


def test_programs_poll_what_changes() -> None:
    polled = {path for path in READS if "304" in schema()["paths"][path]["get"]["responses"]}
    assert {
        "/api/v1/stops/", "/api/v1/stops/revisions/{revision}/", "/api/v1/runs/", "/api/v1/runs/{run_id}/",
        "/api/v1/prompts/{name}/", "/api/v1/calls/", "/api/v1/tenants/",
    } <= polled  # fmt: skip


def test_every_operation_says_what_it_does_and_needs() -> None:
    operations = [each for methods in schema()["paths"].values() for each in methods.values()]
    assert [each["operationId"] for each in operations if not each["summary"]] == []
    without = [each["operationId"] for each in operations if "x-permission" not in each]
    assert without == ["me"]
    assert "bearer" in str(schema()["components"]["securitySchemes"])


def test_what_a_page_may_the_api_may_too() -> None:
    """A permission that only pages ask for would mean that programs cannot do what people can."""
    pages = {str(view.permission) for view in views(get_resolver()) if hasattr(view, "permission")}
    asked = {each.get("x-permission") for methods in schema()["paths"].values() for each in methods.values()}
    assert "spend.read" in pages
    assert pages - asked == set()


def test_the_kinds_of_cases_are_the_pages_own() -> None:
    assert list(map(str, Kind)) == CASE_KINDS


def views(resolver: URLResolver) -> list[Any]:
    found: list[Any] = []
    for pattern in resolver.url_patterns:
        found += [pattern.callback] if isinstance(pattern, URLPattern) else views(pattern)
    return found
