"""A call key where a service key is needed: it is told what it is, not that it is unknown."""

import pytest
from rest_framework.test import APIClient

from tenants.models import ApiKey, Tenant
from tests.factories import make_key


@pytest.fixture
def callers(acme: Tenant) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(acme).text}")
    return client


@pytest.mark.parametrize("path", ["writes/", "connections/", "budgets/", "stops/", "me/"])
def test_it_may_not_and_is_told_why(callers: APIClient, path: str) -> None:
    answer = callers.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "permission_denied")
    assert "call key of a tenant" in answer.json()["error"]["detail"]


def test_one_that_is_revoked_is_unknown(callers: APIClient, acme: Tenant) -> None:
    ApiKey.objects.of(acme).update(revoked_at="2026-01-01T00:00:00Z")
    assert callers.get("/api/v1/budgets/").status_code == 401


def test_a_mistyped_one_is_unknown(acme: Tenant) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(acme).text[:-6]}aaaaaa")
    answer = client.get("/api/v1/budgets/")
    assert (answer.status_code, "mistyped" in answer.json()["error"]["detail"]) == (401, True)
