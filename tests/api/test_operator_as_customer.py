"""The built-in tenant stands for everybody: where a customer is meant, it is not there."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from costs.models import Budget
from integrations.models import Connection
from killswitch.models import Stop
from tenants.models import Tenant, User

SYSTEM = {"slug": "erp", "system": "tryton", "address": "https://erp.example", "key": "k" * 20, "acts_as": "aiops"}
PERSON = {"email": "new@operator.example", "role": "support", "password": "a long enough phrase"}


@pytest.mark.parametrize(
    ("path", "order"),
    [
        ("budgets/", {"amount_usd": "1", "kind": "hard"}),
        ("connections/", SYSTEM),
        ("stops/", {"reason": "answers"}),
        ("stops/lift/", {}),
        ("users/", PERSON),
        ("actions/tryton.read_party/", {"input": {"code": "1"}}),
    ],
)
def test_no_order_takes_it(api: APIClient, operator: Tenant, path: str, order: dict[str, Any]) -> None:
    answer = api.post(f"/api/v1/{path}", order | {"tenant": "_operator"}, format="json")
    assert (answer.status_code, "There is no tenant '_operator'" in answer.content.decode()) == (404, True)
    assert not Budget.objects.exists()
    assert not Connection.objects.exists()
    assert not Stop.objects.exists()
    assert not User.objects.filter(email=PERSON["email"]).exists()


def test_a_key_for_calls_is_not_made_for_it(api: APIClient, operator: Tenant) -> None:
    answer = api.post("/api/v1/keys/", {"tenant": "_operator"}, format="json")
    assert (answer.status_code, "give a role instead" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("path", ["tenants/_operator/", "connections/_operator/erp/"])
def test_it_is_not_looked_up_as_one(api: APIClient, operator: Tenant, path: str) -> None:
    assert api.get(f"/api/v1/{path}").status_code == 404


@pytest.mark.parametrize("path", ["calls/", "spend/", "audit/", "budgets/", "audit/verify/"])
def test_lists_that_hold_its_rows_are_filtered_by_it(api: APIClient, operator: Tenant, path: str) -> None:
    assert api.get(f"/api/v1/{path}?tenant=_operator").status_code == 200


def test_the_page_connects_nothing_of_it(client: Client, operator: Tenant, admin: User) -> None:
    client.force_login(admin)
    sent = SYSTEM | {"tenant": "_operator", "name": "ERP", "environment": "production", "writes": "approve"}
    answer = client.post("/connections/new/", sent | {"setting_database": "x", "database": "x"})
    assert (answer.status_code, Connection.objects.count()) == (422, 0)
    assert "There is no such tenant" in answer.content.decode()


def test_the_page_sets_no_budget_of_it(client: Client, operator: Tenant, manager: User) -> None:
    client.force_login(manager)
    sent = {"tenant": "_operator", "period": "month", "kind": "hard", "amount_usd": "1", "confirmed": "on"}
    answer = client.post("/budgets/set/", sent)
    assert (answer.status_code, Budget.objects.count()) == (422, 0)
