import pytest
from django.test import Client

from prompts import services
from prompts.models import PromptVersion, Protection
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Role, Tenant
from tests.factories import make_key, make_user
from tests.prompts.factories import AT
from tests.prompts.pages.asking import given, said, text

LIST = "/prompt-environments/"
PRODUCTION = f"{LIST}production/"
SECOND = {"role": "engineer", "second_person": "yes"}


@pytest.fixture
def admin(client: Client, operator: Tenant) -> Client:
    client.force_login(make_user("admin@operator.example", Role.ADMIN, operator))
    return client


def protected() -> list[tuple[str, str, bool]]:
    return [*Protection.objects.values_list("environment", "role", "second_person")]


def test_everybody_reads_how_environments_are_protected(reader: Client, live: PromptVersion, acme: Tenant) -> None:
    make_key(acme, environment="staging")
    services.protect("production", role=Role.ADMIN, second_person=True, by=SYSTEM, at=AT)
    shown = reader.get(LIST)
    assert "Admins release there, and somebody else approves." in said(shown)
    assert "staging Not protected Engineers and admins release there, each by themselves." in said(shown)
    assert "Change…" not in said(shown)


def test_an_admin_protects_and_takes_it_back(admin: Client, operator: Tenant) -> None:
    shown = admin.get(PRODUCTION)
    answer = admin.post(PRODUCTION, SECOND | {"seen": given(shown, "seen")}, follow=True)
    assert "production: engineers and admins release there, and a second person approves." in said(answer)
    assert "changed by admin@operator.example" in said(answer)
    assert protected() == [("production", "engineer", True)]
    back = {"role": "engineer", "second_person": "no", "seen": given(admin.get(PRODUCTION), "seen")}
    assert admin.post(PRODUCTION, back).status_code == 302
    assert protected() == []
    rows = AuditEntry.objects.of(operator).filter(action__startswith="prompt.environment").order_by("seq")
    assert [*rows.values_list("action", flat=True)] == [
        "prompt.environment_protected",
        "prompt.environment_unprotected",
    ]


def test_pressed_twice_it_is_changed_once(admin: Client, operator: Tenant) -> None:
    form = SECOND | {"seen": given(admin.get(PRODUCTION), "seen")}
    assert [admin.post(PRODUCTION, form).status_code for _ in range(2)] == [302, 302]
    assert AuditEntry.objects.of(operator).filter(action="prompt.environment_protected").count() == 1


def test_a_change_meanwhile_is_told_and_the_same_button_goes_on(admin: Client) -> None:
    shown = admin.get(PRODUCTION)
    services.protect("production", role=Role.ADMIN, second_person=False, by=SYSTEM, at=AT)
    answer = admin.post(PRODUCTION, SECOND | {"seen": given(shown, "seen")})
    assert answer.status_code == 409
    assert "Changed while you were here." in said(answer)
    assert protected() == [("production", "admin", False)]
    assert admin.post(PRODUCTION, SECOND | {"seen": given(answer, "seen")}).status_code == 302
    assert protected() == [("production", "engineer", True)]


@pytest.mark.parametrize("form", [{}, {"role": "auditor", "second_person": "yes"}, {"role": "admin"}])
def test_what_cannot_be_is_told_and_kept(admin: Client, form: dict[str, str]) -> None:
    answer = admin.post(PRODUCTION, form)
    assert answer.status_code == 422
    assert "Not changed yet." in said(answer)
    assert ('value="admin" checked' in text(answer)) == (form.get("role") == "admin")
    assert protected() == []


def test_an_environment_that_cannot_be_is_not_there(admin: Client) -> None:
    assert admin.get(f"{LIST}Not%20one/").status_code == 404


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ENGINEER, Role.MANAGER, Role.AUDITOR])
def test_others_change_nothing(client: Client, operator: Tenant, role: Role) -> None:
    client.force_login(make_user("other@operator.example", role, operator))
    assert client.get(PRODUCTION).status_code == 403
    assert client.post(PRODUCTION, SECOND).status_code == 403
    assert protected() == []
