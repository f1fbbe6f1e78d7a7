"""Whoever may not is told which permission it takes."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from tenants.models import Role, Tenant
from tests.api.conftest import AsRole
from tests.factories import make_key

CHANNEL = {"kind": "email", "name": "Ops", "address": "a@x.example"}
ANY_STOP = "This needs switches.change or switches.shared or switches.global."


@pytest.mark.parametrize(
    ("role", "path", "body", "told"),
    [
        (Role.AUDITOR, "stops/", {"tenant": "acme", "reason": "looking"}, ANY_STOP),
        (Role.SUPPORT, "notices/channels/", CHANNEL, "This needs notices.change."),
        (Role.ENGINEER, "drills/", {}, "This needs switches.change over all tenants."),
    ],
)
def test_the_permission_is_named(
    as_role: AsRole, acme: Tenant, role: Role, path: str, body: dict[str, Any], told: str
) -> None:
    answer = as_role(role).post(f"/api/v1/{path}", body, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "permission_denied")
    assert answer.json()["error"]["detail"] == told


def test_so_is_that_it_must_be_over_all_tenants(acme: Tenant) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(acme, role=Role.TENANT_ADMIN).text}")
    answer = client.get("/api/v1/rules/")
    assert answer.status_code == 403
    assert answer.json()["error"]["detail"] == "This needs switches.read over all tenants."
