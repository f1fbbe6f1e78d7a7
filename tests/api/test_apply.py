from typing import Any

import pytest
from rest_framework.test import APIClient

from gateway.models import Provider
from tenants.models import Feature, Role, Tenant
from tests.api.conftest import AsRole

APPLY = "/api/v1/apply/"
DECLARATION: dict[str, Any] = {
    "providers": {"p": {"base_url": "https://api.example/v1", "api_key": "sk-1234567890"}},
    "models": {"m": {"provider": "p", "prices": {"input": "1", "output": "2"}}},
    "chains": {"c": {"models": ["m"]}},
    "features": {"answers": {}},
}


def test_what_changed_is_told_entry_by_entry(api: APIClient) -> None:
    answer = api.post(APPLY, {"declaration": DECLARATION}, format="json")
    assert answer.status_code == 200
    assert answer.data["counts"] == {"created": 4, "changed": 0, "unchanged": 0}
    assert answer.data["changes"][0] == {"kind": "provider", "name": "p", "outcome": "created"}


def test_a_dry_run_changes_nothing(api: APIClient) -> None:
    answer = api.post(APPLY, {"declaration": DECLARATION, "dry_run": True}, format="json")
    assert (answer.data["dry_run"], answer.data["counts"]["created"]) == (True, 4)
    assert not Provider.objects.exists()


def test_faults_are_told_with_their_places_and_nothing_is_applied(api: APIClient) -> None:
    bad = DECLARATION | {"chains": {"c": {"models": ["m", "nothing"]}}}
    answer = api.post(APPLY, {"declaration": bad}, format="json")
    assert answer.status_code == 422
    problem = answer.data["error"]["problems"][0]
    assert (problem["path"], list(problem["place"])) == ("chains.c.models[1]", ["chains", "c", "models", 1])
    assert not Provider.objects.exists()


def test_what_a_service_refuses_leaves_nothing_half_done(api: APIClient) -> None:
    bad = DECLARATION | {"chains": {"c": {"models": ["m", "m"]}}}
    assert api.post(APPLY, {"declaration": bad}, format="json").status_code == 422
    assert not Provider.objects.exists()


def test_what_was_declared_can_be_read_but_not_the_key(api: APIClient) -> None:
    api.post(APPLY, {"declaration": DECLARATION}, format="json")
    providers, models, chains = (api.get(f"/api/v1/{name}/") for name in ("providers", "models", "chains"))
    assert "sk-1234567890" not in providers.content.decode()
    assert (providers.data["results"][0]["has_key"], providers.data["results"][0]["api_key_last_four"]) == (
        True,
        "7890",
    )
    assert models.data["results"][0]["price"]["prices"] == {"input": "1", "output": "2"}
    assert [member["model"] for member in chains.data["results"][0]["members"]] == ["m"]


def test_a_model_without_a_price_says_null(api: APIClient) -> None:
    api.post(APPLY, {"declaration": DECLARATION | {"models": {"m": {"provider": "p"}}}}, format="json")
    assert api.get("/api/v1/models/").data["results"][0]["price"] is None


@pytest.mark.parametrize("body", [{}, {"declaration": {}, "dryrun": True}, {"declaration": {}, "dry_run": "perhaps"}])
def test_a_wrong_order_is_refused(api: APIClient, body: dict[str, Any]) -> None:
    assert api.post(APPLY, body, format="json").status_code == 400


def test_an_engineer_applies(as_role: AsRole) -> None:
    assert as_role(Role.ENGINEER).post(APPLY, {"declaration": DECLARATION}, format="json").status_code == 200


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MANAGER, Role.AUDITOR])
def test_others_read_and_do_not_apply(as_role: AsRole, role: Role) -> None:
    client = as_role(role)
    assert client.get("/api/v1/models/").status_code == 200
    assert client.post(APPLY, {"declaration": {}}, format="json").status_code == 403


@pytest.mark.parametrize("name", ["providers", "models", "chains"])
def test_a_tenants_own_admin_sees_none_of_it(strangers: APIClient, name: str) -> None:
    assert strangers.get(f"/api/v1/{name}/").status_code == 403
    assert strangers.post(APPLY, {"declaration": {}}, format="json").status_code == 403


@pytest.mark.parametrize("name", ["providers", "models", "chains"])
def test_nobody_gets_nothing(nobody: APIClient, db: None, name: str) -> None:
    assert nobody.get(f"/api/v1/{name}/").status_code == 401
    assert nobody.post(APPLY, {"declaration": {}}, format="json").status_code == 401


def test_a_declaration_is_not_read_back(api: APIClient, acme: Tenant, answers: Feature) -> None:
    assert api.get(APPLY).status_code == 405
