from typing import Any

import pytest
from rest_framework.test import APIClient

from tenants.models import Membership, Role, Tenant, User
from tests.api.conftest import AsRole

USERS = "/api/v1/users/"
ORDER = {"email": "New.Person@operator.example", "role": "support", "password": "a long enough phrase"}


def test_a_person_is_let_in_with_one_role_over_all_tenants(api: APIClient, operator: Tenant) -> None:
    answer = api.post(USERS, ORDER, format="json")
    assert answer.status_code == 201
    user = User.objects.get(email="new.person@operator.example")
    assert user.check_password("a long enough phrase")
    assert Membership.objects.get(user=user).tenant == operator
    assert answer.data["memberships"] == [{"tenant": "_operator", "role": "support"}]


def test_a_tenants_own_person_belongs_to_that_tenant(api: APIClient, acme: Tenant) -> None:
    answer = api.post(USERS, ORDER | {"tenant": "acme", "role": "tenant_viewer"}, format="json")
    assert answer.data["memberships"] == [{"tenant": "acme", "role": "tenant_viewer"}]


def test_the_answer_and_the_list_hold_no_password(api: APIClient) -> None:
    made, listed = api.post(USERS, ORDER, format="json"), api.get(USERS)
    assert "password" not in made.content.decode() + listed.content.decode()


def test_the_list_shows_who_has_which_role(api: APIClient, support: User) -> None:
    rows = {row["email"]: row["memberships"] for row in api.get(USERS).data["results"]}
    assert rows["support@operator.example"] == [{"tenant": "_operator", "role": "support"}]


def test_an_address_is_used_once(api: APIClient, support: User) -> None:
    answer = api.post(USERS, ORDER | {"email": "support@operator.example"}, format="json")
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"email": "nobody"}, 422, "email"),
        ({"password": "short"}, 422, "at least 12"),
        ({"role": "tenant_admin"}, 422, "name the tenant"),
        ({"role": "boss"}, 400, "Allowed: support"),
        ({"tenant": "nowhere"}, 404, "no tenant"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    api: APIClient, change: dict[str, Any], status: int, told: str
) -> None:
    answer = api.post(USERS, ORDER | change, format="json")
    assert answer.status_code == status
    assert told in answer.content.decode()


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ENGINEER, Role.MANAGER, Role.AUDITOR])
def test_only_admins_let_people_in(as_role: AsRole, role: Role) -> None:
    assert as_role(role).post(USERS, ORDER, format="json").status_code == 403
    assert as_role(role).get(USERS).status_code == 403


def test_a_tenants_admin_sees_no_people(strangers: APIClient) -> None:
    assert strangers.get(USERS).status_code == 403


def test_nobody_gets_nothing(nobody: APIClient, db: None) -> None:
    assert nobody.post(USERS, ORDER, format="json").status_code == 401


def test_another_method_is_refused(api: APIClient) -> None:
    assert api.delete(USERS).status_code == 405


def test_the_list_goes_on_after_an_address_with_a_plus_sign(api: APIClient, operator: Tenant) -> None:
    emails = {f"kim+{number}@operator.example" for number in range(3)}
    for email in emails:
        api.post(USERS, ORDER | {"email": email}, format="json")
    found, cursor = set(), ""
    while cursor is not None:
        page = api.get(f"{USERS}?limit=1{cursor and f'&cursor={cursor}'}").json()
        found |= {row["email"] for row in page["results"]}
        cursor = page["next"]
    assert found == emails
