from typing import Any

import pytest
from rest_framework.test import APIClient

from prompts import services
from prompts.models import Protection
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Role, Tenant, User
from tenants.permissions import ALLOWED, Permission
from tenants.refusals import Invalid
from tests.prompts.factories import AT

PRODUCTION = "/api/v1/prompt-environments/production/"


def protect(environment: str = "production", *, role: Role = Role.ADMIN, second_person: bool = True) -> Protection:
    return services.protect(environment, role=role, second_person=second_person, by=SYSTEM, at=AT)


def logged_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def told(operator: Tenant) -> list[Any]:
    return [*AuditEntry.objects.of(operator).order_by("seq").values_list("action", flat=True)]


def test_an_environment_is_protected_and_no_more(operator: Tenant) -> None:
    made = protect()
    assert (made.role, made.second_person, made.changed_by) == ("admin", True, "the console itself")
    assert services.unprotect("production", by=SYSTEM, at=AT)
    assert services.protection_of("production") is None
    assert told(operator)[-2:] == ["prompt.environment_protected", "prompt.environment_unprotected"]


def test_what_holds_already_is_not_written_again(operator: Tenant) -> None:
    protect()
    protect()
    assert told(operator).count("prompt.environment_protected") == 1
    assert not services.unprotect("staging", by=SYSTEM, at=AT)
    assert "prompt.environment_unprotected" not in told(operator)


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ({}, ("admin", True)),
        ({"role": Role.ENGINEER}, ("engineer", True)),
        ({"second_person": False}, ("admin", False)),
    ],
)
def test_what_is_not_said_stays_as_it_is(operator: Tenant, said: dict[str, Any], then: tuple[str, bool]) -> None:
    protect()
    made = services.protect("production", **said, by=SYSTEM, at=AT)
    assert (made.role, made.second_person) == then


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ({}, ("engineer", False)),
        ({"role": Role.ADMIN}, ("admin", False)),
        ({"second_person": True}, ("engineer", True)),
    ],
)
def test_where_nothing_was_protected_engineers_and_admins_release_alone_unless_said(
    operator: Tenant, said: dict[str, Any], then: tuple[str, bool]
) -> None:
    made = services.protect("production", **said, by=SYSTEM, at=AT)
    assert (made.role, made.second_person) == then


def test_by_the_api_too_what_is_not_said_stays(admin: User) -> None:
    api = logged_in(admin)
    api.put(PRODUCTION, {"role": "admin"}, format="json")
    made = api.put(PRODUCTION, {"second_person": True}, format="json").data
    assert (made["role"], made["second_person"]) == ("admin", True)
    assert api.put(PRODUCTION, {"role": None}, format="json").status_code == 400
    assert api.put(PRODUCTION, {}, format="json").data == made


def test_a_role_that_may_not_release_at_all_is_refused(operator: Tenant) -> None:
    with pytest.raises(Invalid, match="engineer or admin"):
        protect(role=Role.SUPPORT)


def test_an_environment_that_cannot_be_is_refused(operator: Tenant) -> None:
    with pytest.raises(Invalid, match="environment"):
        protect("Production")


def test_only_admins_protect(operator: Tenant) -> None:
    assert [role for role, allowed in ALLOWED.items() if Permission.PROMPTS_PROTECT in allowed] == [Role.ADMIN]


def test_the_api_protects_lists_and_opens_again(admin: User) -> None:
    api = logged_in(admin)
    made = api.put(PRODUCTION, {"role": "admin", "second_person": True}, format="json")
    assert (made.status_code, made.data["changed_by"]) == (200, str(admin))
    assert api.get(PRODUCTION).data == made.data
    assert api.get("/api/v1/prompt-environments/").data["results"] == [made.data]
    assert [api.delete(PRODUCTION).status_code, api.delete(PRODUCTION).status_code] == [204, 204]
    assert api.get(PRODUCTION).status_code == 404


def test_an_engineer_may_read_how_but_not_change_it(engineer: User) -> None:
    protect()
    api = logged_in(engineer)
    assert api.get(PRODUCTION).data["role"] == "admin"
    assert api.delete(PRODUCTION).status_code == 403
    refused = api.put(PRODUCTION, {"role": "engineer"}, format="json")
    assert (refused.status_code, refused.data["error"]["detail"]) == (
        403,
        "This needs prompts.protect over all tenants.",
    )


@pytest.mark.parametrize("body", [{"role": "support"}, {"second_person": "perhaps"}, {"who": "me"}])
def test_the_api_says_what_cannot_be(admin: User, body: dict[str, str]) -> None:
    assert logged_in(admin).put(PRODUCTION, body, format="json").status_code == 400
    assert not Protection.objects.exists()
