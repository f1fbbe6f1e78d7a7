from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from tenants import keys
from tenants.actors import SYSTEM
from tenants.models import ApiKey, AuditEntry, Feature, Role, Tenant
from tenants.services import declare_feature
from tests.api.conftest import AsRole
from tests.factories import make_key

KEYS = "/api/v1/keys/"


def test_a_call_keys_text_is_in_the_answer_and_only_its_hash_is_kept(api: APIClient, acme: Tenant) -> None:
    answer = api.post(KEYS, {"tenant": "acme", "name": "shop"}, format="json")
    assert answer.status_code == 201
    text = keys.parse(answer.data["key"])
    key = ApiKey.objects.get(pk=answer.data["id"])
    assert text is not None
    assert keys.matches(text.secret, bytes(key.secret_hash))
    assert (key.tenant, key.kind, key.environment) == (acme, "call", "production")


def test_a_key_can_be_pinned_to_a_feature(api: APIClient, acme: Tenant, answers: Feature) -> None:
    answer = api.post(KEYS, {"tenant": "acme", "feature": "answers", "environment": "staging"}, format="json")
    assert (answer.data["feature"], answer.data["environment"]) == ("answers", "staging")


def test_a_customers_key_is_of_no_feature_of_the_consoles_own(api: APIClient, acme: Tenant) -> None:
    declare_feature("chain-drill", name="Chain drill", is_own=True, by=SYSTEM)
    refused = api.post(KEYS, {"tenant": "acme", "feature": "chain-drill"}, format="json")
    assert (refused.status_code, "the console's own" in refused.json()["error"]["detail"]) == (422, True)
    assert not ApiKey.objects.of(acme).exists()


def test_a_service_key_is_the_operators_and_works_at_once(api: APIClient, nobody: APIClient) -> None:
    made = api.post(KEYS, {"role": "manager"}, format="json")
    nobody.credentials(HTTP_AUTHORIZATION=f"Bearer {made.data['key']}")
    assert (made.data["tenant"], made.data["kind"]) == ("_operator", "service")
    assert made.data["key"].startswith("aiops_console_")
    assert nobody.get("/api/v1/tenants/").status_code == 200


def test_making_a_key_leaves_an_audit_row_without_its_text(api: APIClient, acme: Tenant) -> None:
    made = api.post(KEYS, {"tenant": "acme"}, format="json")
    entry = AuditEntry.objects.of(acme).get(action="key.created")
    assert made.data["key"] not in (entry.payload or "")


def test_the_list_shows_no_secret(api: APIClient, acme: Tenant) -> None:
    text = make_key(acme).text
    answer = api.get(KEYS)
    assert text.split("_")[3] not in answer.content.decode()
    assert {row["tenant"] for row in answer.data["results"]} == {"_operator", "acme"}


def test_a_revoked_key_is_marked_and_stays_in_the_list(api: APIClient, acme: Tenant) -> None:
    key = make_key(acme).key
    assert api.delete(f"{KEYS}{key.pk}/").status_code == 204
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert key.pk in {row["id"] for row in api.get(KEYS).data["results"]}


def test_revoking_twice_is_revoking_once(api: APIClient, acme: Tenant) -> None:
    key = make_key(acme).key
    api.delete(f"{KEYS}{key.pk}/")
    assert api.delete(f"{KEYS}{key.pk}/").status_code == 204
    assert AuditEntry.objects.of(acme).filter(action="key.revoked").count() == 1


def test_a_revoked_service_key_is_refused(api: APIClient, operator: Tenant, nobody: APIClient) -> None:
    made = make_key(operator, role=Role.ADMIN)
    nobody.credentials(HTTP_AUTHORIZATION=f"Bearer {made.text}")
    api.delete(f"{KEYS}{made.key.pk}/")
    assert nobody.get(KEYS).status_code == 401


def test_a_tenants_own_admin_makes_keys_for_that_tenant(strangers: APIClient, globex: Tenant) -> None:
    assert strangers.post(KEYS, {"tenant": "globex"}, format="json").status_code == 201


def test_a_tenants_own_admin_makes_no_service_key(strangers: APIClient) -> None:
    assert strangers.post(KEYS, {"role": "admin"}, format="json").status_code == 403


def test_another_tenants_key_is_not_there(strangers: APIClient, acme: Tenant) -> None:
    key = make_key(acme).key
    assert strangers.delete(f"{KEYS}{key.pk}/").status_code == 404
    assert key.pk not in {row["id"] for row in strangers.get(KEYS).data["results"]}


def test_a_key_for_another_tenant_is_refused_as_if_it_were_not_there(strangers: APIClient, acme: Tenant) -> None:
    assert strangers.post(KEYS, {"tenant": "acme"}, format="json").status_code == 404


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ENGINEER, Role.MANAGER, Role.AUDITOR])
def test_only_admins_make_keys(as_role: AsRole, acme: Tenant, role: Role) -> None:
    assert as_role(role).post(KEYS, {"tenant": "acme"}, format="json").status_code == 403


@pytest.mark.parametrize(
    ("order", "field", "told"),
    [
        ({}, "non_field_errors", "Give one of tenant"),
        ({"tenant": "acme", "role": "admin"}, "non_field_errors", "Give one of tenant"),
        ({"role": "boss"}, "role", "Allowed: support, engineer, manager, auditor, admin."),
        ({"role": "admin", "feature": "answers"}, "feature", "not pinned"),
        ({"tennant": "acme"}, "tennant", "Did you mean tenant?"),
    ],
)
def test_a_wrong_order_names_the_field_and_what_is_allowed(
    api: APIClient, acme: Tenant, order: dict[str, Any], field: str, told: str
) -> None:
    answer = api.post(KEYS, order, format="json")
    assert answer.status_code == 400
    assert told in answer.data["error"]["detail"][field][0]


def test_a_key_that_is_dead_on_arrival_is_refused(api: APIClient, acme: Tenant) -> None:
    past = datetime.now(UTC) - timedelta(minutes=1)
    answer = api.post(KEYS, {"tenant": "acme", "expires_at": past.isoformat()}, format="json")
    assert answer.status_code == 422


def test_an_unknown_tenant_is_answered_with_the_near_ones(api: APIClient, acme: Tenant) -> None:
    answer = api.post(KEYS, {"tenant": "acmee"}, format="json")
    assert answer.status_code == 404
    assert "Did you mean acme?" in answer.data["error"]["detail"]


def test_without_a_key_nothing_is_shown(nobody: APIClient, db: None) -> None:
    answer = nobody.get(KEYS)
    assert answer.status_code == 401
    assert "Authorization: Bearer" in answer.data["error"]["detail"]


def test_a_call_key_does_not_open_the_api(nobody: APIClient, acme: Tenant) -> None:
    nobody.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(acme).text}")
    assert nobody.get(KEYS).status_code == 403


def test_another_method_is_refused(api: APIClient) -> None:
    assert api.put(KEYS, {}, format="json").status_code == 405
