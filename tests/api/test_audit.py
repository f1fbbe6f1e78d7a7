import re
from uuid import UUID

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tenants.models import Feature, Role, Tenant
from tests.api.conftest import AsRole
from tests.factories import make_key

AUDIT, VERIFY = "/api/v1/audit/", "/api/v1/audit/verify/"


def test_entries_come_newest_first_with_their_details(api: APIClient, acme: Tenant) -> None:
    make_key(acme)
    row = api.get(AUDIT, {"tenant": "acme"}).data["results"][0]
    assert (row["tenant"], row["seq"], row["action"]) == ("acme", 1, "key.created")
    assert row["details"]["environment"] == "production"


def test_entries_can_be_chosen_by_the_beginning_of_their_action(api: APIClient, acme: Tenant, answers: Feature) -> None:
    found = api.get(AUDIT, {"action": "feature."}).data["results"]
    assert [row["object"] for row in found] == ["answers"]


def test_pages_follow_each_other_across_tenants(api: APIClient, acme: Tenant, globex: Tenant) -> None:
    whole = [(row["tenant"], row["seq"]) for row in api.get(AUDIT).data["results"]]
    first = api.get(AUDIT, {"limit": 2}).data
    second = api.get(AUDIT, {"limit": 1000, "cursor": first["next"]}).data
    assert [(row["tenant"], row["seq"]) for row in first["results"] + second["results"]] == whole
    assert len(whole) > 2


def test_a_tenants_admin_sees_that_tenants_entries_only(strangers: APIClient, acme: Tenant) -> None:
    assert {row["tenant"] for row in strangers.get(AUDIT).data["results"]} == {"globex"}
    assert strangers.get(AUDIT, {"tenant": "acme"}).status_code == 404


def test_chains_that_hold_are_said_to(api: APIClient, acme: Tenant, globex: Tenant) -> None:
    found = api.post(VERIFY, {}, format="json").data
    assert found["holds"] is True
    assert {chain["tenant"] for chain in found["chains"]} == {"_operator", "acme", "globex"}
    assert api.get(VERIFY).data == found


def test_one_chain_can_be_verified_alone(api: APIClient, acme: Tenant) -> None:
    make_key(acme)
    found = api.post(VERIFY, {"tenant": "acme"}, format="json").data
    assert found["chains"] == [{"tenant": "acme", "entries": 1, "holds": True, "broken_at": None, "reason": ""}]


def test_an_entry_whose_seal_does_not_hold_is_named(api: APIClient, acme: Tenant, settings: Settings) -> None:
    make_key(acme)
    settings.AIOPS_AUDIT_KEY = "not the key that sealed them"
    found = api.post(VERIFY, {"tenant": "acme"}, format="json").data
    assert (found["holds"], found["chains"][0]["broken_at"]) == (False, 1)


def test_a_tenants_admin_verifies_that_tenants_chain_only(strangers: APIClient, acme: Tenant) -> None:
    assert [chain["tenant"] for chain in strangers.get(VERIFY).data["chains"]] == ["globex"]


def test_a_viewer_reads_no_audit_log(viewers: APIClient) -> None:
    assert viewers.get(AUDIT).status_code == 403
    assert viewers.get(VERIFY).status_code == 403


@pytest.mark.parametrize("role", list(Role)[:5])
def test_every_role_of_the_operator_reads_it(as_role: AsRole, role: Role) -> None:
    assert as_role(role).get(AUDIT).status_code == 200


def test_the_cursor_goes_into_an_address_as_it_is(api: APIClient, acme: Tenant, globex: Tenant) -> None:
    following = api.get(f"{AUDIT}?limit=1").json()["next"]
    assert re.fullmatch(r"[A-Za-z0-9,:.-]+", following)
    assert api.get(f"{AUDIT}?limit=1&cursor={following}").status_code == 200


@pytest.mark.parametrize("cursor", ["x", "1,2", "2026-01-01,nobody,1", f"2026-01-01,{UUID(int=1)},1"])
def test_a_made_up_cursor_is_refused(api: APIClient, cursor: str) -> None:
    assert api.get(AUDIT, {"cursor": cursor}).status_code == 422


def test_a_cursor_with_a_number_that_no_chain_reaches_is_only_a_place(api: APIClient, acme: Tenant) -> None:
    assert api.get(AUDIT, {"cursor": f"2026-01-01T00:00Z,{acme.pk},{'9' * 40}"}).status_code == 200


@pytest.mark.parametrize("address", [AUDIT, VERIFY])
def test_nobody_reads_nothing(nobody: APIClient, db: None, address: str) -> None:
    assert nobody.get(address).status_code == 401


@pytest.mark.parametrize("address", [AUDIT, VERIFY])
def test_nothing_is_deleted(api: APIClient, address: str) -> None:
    assert api.delete(address).status_code == 405
