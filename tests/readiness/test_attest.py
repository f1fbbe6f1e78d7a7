"""Somebody gives their word, and takes it back."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from gateway.models import Provider
from readiness import services
from readiness.items import ITEMS
from readiness.models import Attestation
from readiness.refusals import NotAttested, NotYours
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Feature, Role, Tenant, User
from tenants.refusals import Invalid
from tests.conftest import NOW
from tests.evals.factories import make_suite
from tests.factories import make_key, make_user
from tests.readiness.factories import DOCUMENT, WORDS, attest

ATTESTATIONS = "/api/v1/readiness-attestations/"
PAGE = "/readiness/answers/25/attest/"
ORDER: dict[str, Any] = {"item": 25, "document_url": DOCUMENT, "statement": WORDS, "expires_on": "2099-01-01"}
FORM = {"document_url": DOCUMENT, "statement": WORDS, "scope": "feature"}


@pytest.fixture
def soon() -> str:
    """A day that counts also by the real clock."""
    return date.fromordinal(date.today().toordinal() + 30).isoformat()


def as_role(role: Role, operator: Tenant) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(operator, role=role).text}")
    return client


def test_who_in_which_role_and_until_when_is_kept(answers: Feature, manager: User, operator: Tenant) -> None:
    made = attest(25, manager, feature=answers)
    assert (made.by_label, made.role, made.feature) == (str(manager), Role.MANAGER, answers)
    entry = AuditEntry.objects.of(operator).latest("seq")
    assert (entry.action, entry.object) == ("readiness.attested", "25 answers")


@pytest.mark.parametrize("number", [23, 24, 25])
def test_an_engineers_word_is_not_enough_for_compliance(engineer: User, number: int) -> None:
    with pytest.raises(NotYours, match="takes the word of a manager or an admin; your role is engineer"):
        attest(number, engineer)


def test_a_manager_of_one_tenant_is_none_of_the_operator(acme: Tenant) -> None:
    theirs = make_user("boss@acme.example", Role.MANAGER, acme)
    with pytest.raises(NotYours):
        attest(25, theirs)


def test_nobodys_word_counts_for_what_is_asked_of_the_data(admin: User) -> None:
    with pytest.raises(NotAttested, match="nobody's word counts"):
        attest(4, admin)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("document_url", "javascript:alert(1)"),
        ("document_url", "ftp://wiki.example/x"),
        ("document_url", "https://"),
        ("document_url", f"https://wiki.example/{'x' * 600}"),
        ("document_url", "https://wiki.example/two words"),
        ("statement", "ok"),
        ("statement", "x" * 2001),
        ("expires_on", date(2026, 11, 22)),
        ("expires_on", date(2028, 1, 1)),
        ("providers", ["openai"]),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(manager: User, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        attest(25, manager, **{field: value})
    assert refused.value.field == field
    assert not Attestation.objects.exists()


def test_the_consoles_own_features_are_not_attested(manager: User, operator: Tenant) -> None:
    make_suite("greeting")
    with pytest.raises(Invalid, match="eval-greeting is the console's own"):
        attest(25, manager, feature=Feature.objects.get(slug="eval-greeting"))
    assert not Attestation.objects.exists()


@pytest.mark.parametrize("providers", [[], ["opanai"]])
def test_an_agreement_names_providers_that_there_are(manager: User, providers: list[str]) -> None:
    Provider.objects.create(slug="openai", name="OpenAI", base_url="https://x.example")
    with pytest.raises(Invalid, match=r"name those|Did you mean openai"):
        attest(23, manager, providers=providers)


def test_what_is_withdrawn_twice_is_withdrawn_once(manager: User) -> None:
    made = attest(25, manager)
    assert services.withdraw(made, ITEMS[25], by=SYSTEM, at=NOW)
    assert not services.withdraw(made, ITEMS[25], by=SYSTEM, at=NOW)
    assert AuditEntry.objects.filter(action="readiness.withdrawn").count() == 1


# The page


def test_the_page_takes_it_and_says_so(client: Client, answers: Feature, manager: User, soon: str) -> None:
    client.force_login(manager)
    answer = client.post(PAGE, {**FORM, "expires_on": soon}, follow=True)
    assert "Attested: item 25" in answer.content.decode()
    assert Attestation.objects.get().feature == answers


def test_it_may_hold_for_all_features(client: Client, answers: Feature, manager: User, soon: str) -> None:
    client.force_login(manager)
    client.post(PAGE, {**FORM, "scope": "all", "expires_on": soon})
    assert Attestation.objects.get().feature is None


def test_what_was_typed_is_kept_beside_what_is_wrong(client: Client, answers: Feature, manager: User) -> None:
    client.force_login(manager)
    answer = client.post(PAGE, {**FORM, "document_url": "wiki", "expires_on": "2020-01-01"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert WORDS in page
    assert 'value="wiki"' in page
    assert "Give an https:// address" in page


@pytest.mark.parametrize("person", ["support", "engineer"])
def test_others_do_not_get_it_through(
    request: pytest.FixtureRequest, client: Client, answers: Feature, person: str, soon: str
) -> None:
    client.force_login(request.getfixturevalue(person))
    assert client.post(PAGE, {**FORM, "expires_on": soon}).status_code == 403
    assert not Attestation.objects.exists()


def test_nothing_is_attested_by_looking(client: Client, answers: Feature, manager: User) -> None:
    client.force_login(manager)
    assert client.get(PAGE).headers["Location"] == "/readiness/answers/25/"


def test_a_button_withdraws_it(client: Client, answers: Feature, manager: User) -> None:
    made = attest(25, manager)
    client.force_login(manager)
    answer = client.post(f"/readiness/attestations/{made.pk}/withdraw/", {"feature": "answers"}, follow=True)
    assert "counts no more" in answer.content.decode()
    again = client.post(f"/readiness/attestations/{made.pk}/withdraw/", {"feature": "answers"}, follow=True)
    assert "withdrew it before you" in again.content.decode()


# The API


def test_a_program_attests_and_withdraws(operator: Tenant, answers: Feature, soon: str) -> None:
    api = as_role(Role.MANAGER, operator)
    made = api.post(ATTESTATIONS, {**ORDER, "feature": "answers", "expires_on": soon}, format="json")
    assert (made.status_code, made.data["role"], made.data["feature"]) == (201, "manager", "answers")
    assert [row["id"] for row in api.get(ATTESTATIONS).data["results"]] == [made.data["id"]]
    gone = api.post(f"{ATTESTATIONS}{made.data['id']}/withdraw/", {}, format="json")
    assert gone.data["changed"] is True
    assert gone.data["attestation"]["withdrawn_by"] == "test"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"expires_on": "2099-01-01"}, 422, "invalid"),
        ({"item": 4}, 422, "not_attested"),
        ({"item": 27}, 400, "invalid"),
        ({"feature": "answer"}, 404, "not_found"),
        ({"providors": []}, 400, "invalid"),
    ],
)
def test_a_program_is_told_what_is_wrong(
    operator: Tenant, answers: Feature, soon: str, change: dict[str, Any], status: int, code: str
) -> None:
    answer = as_role(Role.MANAGER, operator).post(ATTESTATIONS, {**ORDER, "expires_on": soon, **change}, format="json")
    assert (answer.status_code, answer.data["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("role", "code"), [(Role.ENGINEER, "wrong_role"), (Role.SUPPORT, "permission_denied")], ids=str
)
def test_other_roles_are_refused(operator: Tenant, answers: Feature, soon: str, role: Role, code: str) -> None:
    answer = as_role(role, operator).post(ATTESTATIONS, {**ORDER, "expires_on": soon}, format="json")
    assert (answer.status_code, answer.data["error"]["code"]) == (403, code)
