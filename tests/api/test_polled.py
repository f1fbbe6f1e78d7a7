"""What programs ask again and again: nothing is sent to whoever has it."""

import pytest
from rest_framework.test import APIClient

from integrations.models import Connection
from tenants.models import Tenant
from tests.integrations.factories import make_connection


@pytest.fixture
def connection(acme: Tenant) -> Connection:
    return make_connection(acme, "http://127.0.0.1:9")


@pytest.mark.parametrize(
    "path", ["writes/", "budgets/", "connections/", "connections/acme/erp/", "schema/", "tenants/", "runs/"]
)
def test_it_is_not_sent_twice(api: APIClient, connection: Connection, path: str) -> None:
    first = api.get(f"/api/v1/{path}")
    again = api.get(f"/api/v1/{path}", headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again["ETag"] == first["ETag"]
