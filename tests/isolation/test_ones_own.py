"""Whoever belongs to a customer sees that customer, and only that one."""

from typing import Any

import pytest
from django.test import Client

from tenants.models import Role, Tenant, User
from tests.factories import make_user
from tests.isolation.address import STAFF
from tests.isolation.addresses import of_kind, url_of


@pytest.mark.parametrize(
    "name",
    [
        "killswitch:switch-list",
        "killswitch:switch-detail",
        "costs:spend",
        "tenants:find",
        "api:tenant-list",
        "api:stop-list",
    ],
)
def test_acmes_own_person_does_see_it(client: Client, acmes: dict[str, Any], viewer: User, name: str) -> None:
    client.force_login(viewer)
    answer = client.get(url_of(name, acmes))
    assert answer.status_code == 200
    assert "acme" in answer.content.decode().lower()


@pytest.mark.parametrize("name", of_kind(STAFF))
def test_an_admin_of_one_customer_is_not_one_of_all(
    client: Client, acmes: dict[str, Any], viewer: User, globex: Tenant, name: str
) -> None:
    boss = make_user("boss@globex.example", Role.ADMIN, globex)
    client.force_login(boss)
    answer = client.get(url_of(name, acmes))
    assert viewer.email.encode() not in answer.content
    assert answer.status_code in (200, 403, 404, 405)
