"""The pages of Readiness."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from readiness import services
from tenants.models import Feature, Tenant, User
from tests.readiness.factories import ask_exception, attest


@pytest.fixture
def page(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_feature_is_shown_with_its_bar(page: Client, answers: Feature, drafts: Feature) -> None:
    shown = body(page, "/readiness/")
    assert "Answer assistant" in shown
    assert "23 short" in shown
    assert "0 of 26 count, 23 are needed" in shown


def test_without_a_feature_the_page_says_how_to_declare_one(page: Client) -> None:
    assert "aiops apply -f aiops.yaml" in body(page, "/readiness/")


def test_a_feature_shows_what_is_not_met_first(page: Client, answers: Feature, manager: User) -> None:
    attest(25, manager, at=datetime.now(UTC), expires_on=datetime.now(UTC).date().replace(day=28))
    shown = body(page, "/readiness/answers/")
    assert "Retention rules are documented" in shown
    assert "The privacy policy discloses" not in shown.split("chips")[1]
    assert "The privacy policy discloses" in body(page, "/readiness/answers/?show=met")
    assert body(page, "/readiness/answers/?show=all").count('class="item"') == 26
    assert body(page, "/readiness/answers/?show=wrong").count('class="item"') == 25


def test_the_csv_has_what_was_asked_for(page: Client, answers: Feature) -> None:
    lines = b"".join(page.get("/readiness/answers/items.csv?show=all")).decode().splitlines()
    assert lines[1].startswith("feature,item,group,title,owner,state,since,evidence,as_of,expires_on,proofs")
    assert len(lines) == 28
    assert b"answers,Answer assistant,0,23,False" in b"".join(page.get("/readiness/features.csv"))


def test_an_item_shows_its_history(page: Client, answers: Feature) -> None:
    assert "the first one appears here" in body(page, "/readiness/answers/25/")
    services.record_states(at=datetime.now(UTC))
    assert "the first one appears here" not in body(page, "/readiness/answers/25/")


def test_who_may_attest_is_offered_it(page: Client, client: Client, answers: Feature, engineer: User) -> None:
    assert "Attest item 25" in body(page, "/readiness/answers/25/")
    assert "Attest item 4" not in body(page, "/readiness/answers/4/")
    client.force_login(engineer)
    assert "Attest item 25" not in body(client, "/readiness/answers/25/")
    assert "the word of a manager or an admin" in body(client, "/readiness/answers/25/")


@pytest.mark.parametrize("address", ["/readiness/nothing/", "/readiness/answers/27/", "/readiness/answers/0/"])
def test_what_is_not_there_is_not_found(page: Client, answers: Feature, address: str) -> None:
    assert page.get(address).status_code == 404


@pytest.mark.parametrize("person", ["viewer", "stranger"])
def test_a_customers_own_people_do_not_see_it(
    request: pytest.FixtureRequest, client: Client, acme: Tenant, answers: Feature, person: str
) -> None:
    client.force_login(request.getfixturevalue(person))
    assert client.get("/readiness/").status_code == 403
    assert client.get("/api/v1/readiness/").status_code == 403


FORM = {"scope": "feature", "document_url": "ftp://x", "statement": "no", "expires_on": "2020-01-01"}


def test_what_is_wrong_is_said_under_the_labels_of_the_page(page: Client, answers: Feature) -> None:
    answer = page.post("/readiness/answers/25/attest/", FORM | {"expires_on": "soon"})
    assert "Counts until: Give a date such as 2027-03-31." in answer.content.decode()
    refused = page.post("/readiness/answers/25/attest/", FORM)
    assert refused.status_code == 422
    for name in ("document_url:", "statement:", "expires_on:", "reason:"):
        assert name not in refused.content.decode()
    short = page.post("/readiness/answers/2/except/", {"scope": "feature", "kind": "waived", "reason": "no"})
    assert "Why: " in short.content.decode()
    assert "reason:" not in short.content.decode()


def test_what_waits_for_a_second_person_is_told_to_them(
    page: Client, client: Client, answers: Feature, manager: User, admin: User
) -> None:
    today = datetime.now(UTC)
    asked = ask_exception(2, manager, feature=answers, at=today, expires_on=today.date() + timedelta(days=9))
    assert "Take it back" in body(page, "/readiness/answers/2/")
    client.force_login(admin)
    assert "1 exception waits for a second person" in body(client, "/readiness/")
    assert "1 waiting for a second person" in body(client, "/switches/")
    shown = body(client, "/readiness/answers/2/")
    assert "Decline" in shown
    assert "Take it back" not in shown
    ended = client.post(f"/readiness/exceptions/{asked.pk}/end/", {"feature": "answers"}, follow=True)
    assert "Declined: item 2 is asked as before." in ended.content.decode()
    assert "waits for a second person" not in body(client, "/readiness/")


@pytest.mark.parametrize("address", ["/readiness/", "/readiness/answers/"])
def test_what_no_evidence_meets_is_said(page: Client, answers: Feature, address: str) -> None:
    assert "In this version no evidence meets items 2, 3, 8, 9, 15, 26" in body(page, address)


def test_what_is_not_measured_is_not_called_not_met(page: Client, answers: Feature) -> None:
    assert "Not met yet <b>26</b>" in body(page, "/readiness/answers/")
