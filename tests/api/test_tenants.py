import pytest
from rest_framework.test import APIClient

from tenants.models import Feature, Role, Tenant
from tests.api.conftest import AsRole
from tests.factories import make_tenant

TENANTS, FEATURES = "/api/v1/tenants/", "/api/v1/features/"


def slugs(client: APIClient, address: str, **query: str | int) -> list[str]:
    return [row["slug"] for row in client.get(address, query).data["results"]]


def test_all_customers_are_listed_and_the_built_in_tenant_is_not(api: APIClient, acme: Tenant, globex: Tenant) -> None:
    assert slugs(api, TENANTS) == ["acme", "globex"]


def test_a_tenants_own_people_see_only_that_tenant(viewers: APIClient, acme: Tenant, globex: Tenant) -> None:
    assert slugs(viewers, TENANTS) == ["acme"]


@pytest.mark.parametrize("q", ["robot", "ACME", "acme.example", "gold"])
def test_a_tenant_is_found_by_name_slug_domain_and_plan(api: APIClient, acme: Tenant, globex: Tenant, q: str) -> None:
    make_tenant("acme", name="Acme Robotics", domain="acme.example", plan="Gold")
    assert slugs(api, TENANTS, q=q) == ["acme"]


def test_pages_follow_each_other_without_gap_or_double(api: APIClient, acme: Tenant, globex: Tenant) -> None:
    first = api.get(TENANTS, {"limit": 1}).data
    second = api.get(TENANTS, {"limit": 1, "cursor": first["next"]}).data
    assert [row["slug"] for row in first["results"] + second["results"]] == ["acme", "globex"]
    assert second["next"] is None


def test_features_are_listed(api: APIClient, answers: Feature, drafts: Feature) -> None:
    assert slugs(api, FEATURES) == ["answers", "drafts"]


@pytest.mark.parametrize("limit", ["0", "1001", "many"])
def test_a_page_has_a_size(api: APIClient, limit: str) -> None:
    assert api.get(TENANTS, {"limit": limit}).status_code == 400


def test_a_mistyped_filter_is_refused_rather_than_ignored(api: APIClient) -> None:
    assert api.get(FEATURES, {"limmit": 5}).status_code == 400


@pytest.mark.parametrize("role", list(Role)[:5])
def test_every_role_of_the_operator_may_look(as_role: AsRole, role: Role) -> None:
    assert as_role(role).get(TENANTS).status_code == 200


@pytest.mark.parametrize("address", [TENANTS, FEATURES])
def test_nobody_sees_nothing(nobody: APIClient, db: None, address: str) -> None:
    assert nobody.get(address).status_code == 401


@pytest.mark.parametrize("address", [TENANTS, FEATURES])
def test_nothing_is_made_here(api: APIClient, address: str) -> None:
    assert api.post(address, {}, format="json").status_code == 405
