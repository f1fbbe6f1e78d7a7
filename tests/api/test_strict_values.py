"""A value of another type than its field's is refused, not taken for something else."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from costs.models import Budget
from killswitch.models import Stop
from readiness.models import Attestation
from tenants.models import Tenant, User

WORD: dict[str, Any] = {
    "item": 19, "document_url": "https://docs.example/a", "statement": "We looked at it closely.",
    "expires_on": "2099-12-12",
}  # fmt: skip
STOP: dict[str, Any] = {"tenant": "acme", "reason": "answers"}


@pytest.mark.parametrize("note", [5, 1.5, True, ["a"], {"a": "b"}])
def test_a_note_is_a_text(api: APIClient, acme: Tenant, note: Any) -> None:
    answer = api.post("/api/v1/stops/", STOP | {"note": note}, format="json")
    assert (answer.status_code, answer.json()["error"]["detail"]) == (400, {"note": ["Give a text, in quotes."]})
    assert not Stop.objects.exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"item": "19"}, "Give a whole number, without quotes."),
        ({"item": True}, "Give a whole number, without quotes."),
        ({"expires_on": "20991212"}, "Give a day as 2026-12-31."),
        ({"expires_on": 20991212}, "Give a day as 2026-12-31."),
        ({"providers": [5]}, "Give a text, in quotes."),
    ],
)
def test_numbers_days_and_lists_are_what_they_are(api: APIClient, change: dict[str, Any], told: str) -> None:
    answer = api.post("/api/v1/readiness-attestations/", WORD | change, format="json")
    assert (answer.status_code, answer.json()["error"]["detail"]) == (400, {next(iter(change)): [told]})
    assert not Attestation.objects.exists()


@pytest.mark.parametrize("reason", [["answers"], {"a": 1}])
def test_a_choice_is_one_of_its_words(api: APIClient, acme: Tenant, reason: Any) -> None:
    assert api.post("/api/v1/stops/", STOP | {"reason": reason}, format="json").status_code == 400


def test_yes_is_not_true(api: APIClient, acme: Tenant) -> None:
    answer = api.post("/api/v1/actions/tryton.read_party/", {"input": {}, "dry_run": "yes"}, format="json")
    assert answer.json()["error"]["detail"] == {"dry_run": ["Give true or false, without quotes."]}


def test_in_an_address_all_is_text(api: APIClient, acme: Tenant) -> None:
    assert api.get("/api/v1/calls/?limit=5&streamed=true&cost_at_least=0.5").status_code == 200


@pytest.mark.parametrize("amount", ["\u0665", "1_0", "NaN"])
def test_money_is_read_as_people_write_it(
    api: APIClient, client: Client, acme: Tenant, manager: User, amount: str
) -> None:
    answer = api.post("/api/v1/budgets/", {"tenant": "acme", "amount_usd": amount}, format="json")
    assert (answer.status_code, "is not an amount" in answer.content.decode()) == (422, True)
    assert api.get("/api/v1/calls/", {"cost_at_least": amount}).status_code == 400
    client.force_login(manager)
    sent = {"tenant": "acme", "period": "month", "kind": "soft", "amount_usd": amount, "confirmed": "on"}
    page = client.post("/budgets/set/", sent)
    assert (page.status_code, "Enter an amount in dollars" in page.content.decode()) == (422, True)
    assert client.get("/calls/", {"cost": amount}).status_code == 422
    assert not Budget.objects.exists()
