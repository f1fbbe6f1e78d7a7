"""Budgets over the API: reading, setting, changing, removing."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from costs.budgets import declare_budget
from costs.models import Budget
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Feature, Role, Tenant
from tests.api.conftest import AsRole
from tests.costs.factories import costing, make_finished, make_opened, record

BUDGETS = "/api/v1/budgets/"
ORDER = {"tenant": "acme", "amount_usd": "250"}


@pytest.fixture
def budget(acme: Tenant, answers: Feature) -> Budget:
    declared = declare_budget(acme, feature=answers, amount_usd=Decimal(10), by=SYSTEM, at=datetime.now(UTC))
    return declared.row


def test_a_budget_is_set_and_set_again(api: APIClient, acme: Tenant) -> None:
    made = api.post(BUDGETS, ORDER | {"kind": "hard", "period": "day"}, format="json")
    again = api.post(BUDGETS, ORDER | {"amount_usd": "0.5", "period": "day"}, format="json")
    assert (made.status_code, again.status_code) == (201, 200)
    shown = again.json()
    assert (shown["amount_usd"], shown["kind"], shown["period"], shown["id"]) == (
        "0.5", "hard", "day", made.json()["id"]
    )  # fmt: skip
    assert Budget.objects.get().kind == Budget.Kind.HARD


def test_a_new_one_is_soft_unless_it_says_otherwise(api: APIClient, acme: Tenant) -> None:
    assert api.post(BUDGETS, ORDER, format="json").json()["kind"] == "soft"


def test_without_a_tenant_it_is_over_everything(api: APIClient, operator: Tenant, answers: Feature) -> None:
    shown = api.post(BUDGETS, {"amount_usd": "9", "feature": "answers", "period": "total"}, format="json").json()
    assert (shown["tenant"], shown["feature"], shown["resets_at"], shown["begun_at"]) == (None, "answers", None, None)


def test_it_tells_how_it_stands(api: APIClient, acme: Tenant, answers: Feature, budget: Budget) -> None:
    now = datetime.now(UTC)
    record(make_finished(make_opened(at=now, tenant=acme.pk, feature=answers.pk), cost=costing("2.5")), at=now)
    shown = api.get(f"{BUDGETS}{budget.pk}/").json()
    assert (shown["spent_usd"], shown["used"], shown["reserved_usd"], shown["alerts"]) == ("2.5", 0.25, None, [])
    assert datetime.fromisoformat(shown["begun_at"]) <= now < datetime.fromisoformat(shown["resets_at"])
    api.patch(f"{BUDGETS}{budget.pk}/", {"kind": "hard"}, format="json")
    assert api.get(f"{BUDGETS}{budget.pk}/").json()["reserved_usd"] == "0"


def test_amount_and_kind_are_changed(api: APIClient, budget: Budget) -> None:
    answer = api.patch(f"{BUDGETS}{budget.pk}/", {"amount_usd": "20"}, format="json")
    assert (answer.status_code, answer.json()["amount_usd"], answer.json()["kind"]) == (200, "20", "soft")
    assert api.patch(f"{BUDGETS}{budget.pk}/", {"kind": "hard"}, format="json").json()["amount_usd"] == "20"


def test_it_is_removed_once(api: APIClient, budget: Budget) -> None:
    assert api.delete(f"{BUDGETS}{budget.pk}/").status_code == 204
    assert api.delete(f"{BUDGETS}{budget.pk}/").status_code == 404
    assert not Budget.objects.exists()


def test_every_change_is_in_the_audit_log(api: APIClient, operator: Tenant, budget: Budget) -> None:
    api.patch(f"{BUDGETS}{budget.pk}/", {"kind": "hard"}, format="json")
    api.patch(f"{BUDGETS}{budget.pk}/", {"kind": "hard"}, format="json")
    api.delete(f"{BUDGETS}{budget.pk}/")
    entries = AuditEntry.objects.of(operator).filter(object="acme/answers").order_by("seq")
    assert [entry.action for entry in entries] == ["budget.created", "budget.changed", "budget.removed"]


def test_pages_lead_to_each_other(api: APIClient, acme: Tenant, budget: Budget) -> None:
    api.post(BUDGETS, ORDER, format="json")
    first = api.get(BUDGETS, {"limit": 1}).json()
    second = api.get(BUDGETS, {"limit": 1, "cursor": first["next"]}).json()
    assert [first["results"][0]["id"], second["next"]] == [str(budget.pk), None]
    assert second["results"][0]["amount_usd"] == "250"


@pytest.mark.parametrize(
    ("order", "status", "told"),
    [
        ({"amount_usd": "much"}, 422, "not an amount"),
        ({"amount_usd": "0"}, 422, "more than 0"),
        ({"amount_usd": "1", "period": "year"}, 400, "Allowed: day, week, month, total"),
        ({"amount_usd": "1", "kind": "firm"}, 400, "Allowed: soft, hard"),
        ({"amount_usd": "1", "tenant": "acmee"}, 404, "Did you mean acme?"),
        ({"amount_usd": "1", "feature": "answer"}, 404, "Did you mean answers?"),
        ({"amount": "1"}, 400, "Did you mean amount_usd?"),
    ],
)
def test_what_cannot_be_says_what_is_allowed(
    api: APIClient, acme: Tenant, answers: Feature, order: dict[str, str], status: int, told: str
) -> None:
    answer = api.post(BUDGETS, order, format="json")
    assert (answer.status_code, told in answer.content.decode()) == (status, True)
    assert not Budget.objects.exists()


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ENGINEER, Role.AUDITOR])
def test_who_may_not_change_them_reads_them(as_role: AsRole, budget: Budget, role: Role) -> None:
    client, one = as_role(role), f"{BUDGETS}{budget.pk}/"
    assert client.get(one).status_code == client.get(BUDGETS).status_code == 200
    assert client.post(BUDGETS, ORDER, format="json").status_code == 403
    assert client.patch(one, {"amount_usd": "1"}, format="json").status_code == 403
    assert client.delete(one).status_code == 403
    assert Budget.objects.get().amount_usd == 10


def test_a_manager_may(as_role: AsRole, acme: Tenant) -> None:
    assert as_role(Role.MANAGER).post(BUDGETS, ORDER, format="json").status_code == 201


def test_a_tenants_own_people_see_their_own_and_change_none(
    viewers: APIClient, strangers: APIClient, operator: Tenant, budget: Budget
) -> None:
    declare_budget(operator, amount_usd=Decimal(99), by=SYSTEM, at=datetime.now(UTC))
    assert [each["id"] for each in viewers.get(BUDGETS).json()["results"]] == [str(budget.pk)]
    assert strangers.get(BUDGETS).json()["results"] == []
    assert strangers.get(f"{BUDGETS}{budget.pk}/").status_code == 404
    assert viewers.delete(f"{BUDGETS}{budget.pk}/").status_code == 403


def test_nobody_gets_nothing_and_what_is_not_there_is_not_there(nobody: APIClient, api: APIClient) -> None:
    assert nobody.post(BUDGETS, ORDER, format="json").status_code == 401
    assert api.get(f"{BUDGETS}{uuid4()}/").status_code == 404
    assert api.put(f"{BUDGETS}{uuid4()}/", {}, format="json").status_code == 405
