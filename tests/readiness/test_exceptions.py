"""What need not be met: asked for by one, agreed by another."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from rest_framework.test import APIClient

from readiness import services
from readiness.models import ItemException
from readiness.refusals import AlreadyOpen, NeedsAnother
from tenants.models import AuditEntry, Feature, Role, Tenant, User
from tenants.refusals import Conflict, Invalid
from tests.conftest import NOW
from tests.factories import actor_of, make_key
from tests.readiness.factories import ask_exception, make_exception

EXCEPTIONS = "/api/v1/readiness-exceptions/"
REASON = "It comes with the next release."
NOT_APPLICABLE = ItemException.Kind.NOT_APPLICABLE


@pytest.fixture
def asked(answers: Feature, engineer: User) -> ItemException:
    return ask_exception(22, engineer, feature=answers)


def test_a_second_person_agrees(asked: ItemException, manager: User) -> None:
    assert services.agree_exception(asked, by=actor_of(manager), at=NOW)
    asked.refresh_from_db()
    assert (asked.is_agreed, asked.agreed_by_label) == (True, str(manager))
    assert AuditEntry.objects.filter(action__startswith="readiness.exception").count() == 2


def test_whoever_asked_cannot_agree(asked: ItemException, engineer: User) -> None:
    with pytest.raises(NeedsAnother, match="second person") as refused:
        services.agree_exception(asked, by=actor_of(engineer), at=NOW)
    assert refused.value.code == "needs_another"


def test_nor_does_the_database_let_them(asked: ItemException, engineer: User) -> None:
    with pytest.raises(IntegrityError, match="a_second_person_agrees"), transaction.atomic():
        ItemException.objects.update(agreed_at=NOW, agreed_by_id=str(engineer.pk), agreed_by_label="me")


def test_who_agrees_second_changes_nothing(asked: ItemException, manager: User, admin: User) -> None:
    assert services.agree_exception(asked, by=actor_of(manager), at=NOW)
    assert not services.agree_exception(asked, by=actor_of(admin), at=NOW)
    asked.refresh_from_db()
    assert asked.agreed_by_label == str(manager)


def test_what_was_ended_meanwhile_is_not_agreed_to(asked: ItemException, engineer: User, manager: User) -> None:
    stale = ItemException.objects.get(pk=asked.pk)
    assert services.end_exception(asked, by=actor_of(engineer), at=NOW)
    with pytest.raises(Conflict, match="ended this exception at 22 Nov 02:14:07 UTC"):
        services.agree_exception(stale, by=actor_of(manager), at=NOW)
    assert not services.end_exception(stale, by=actor_of(manager), at=NOW)


def test_what_has_run_out_is_not_agreed_to(asked: ItemException, manager: User) -> None:
    with pytest.raises(Conflict, match="ran out on 31 Dec 2026"):
        services.agree_exception(asked, by=actor_of(manager), at=NOW + timedelta(days=60))


def test_there_is_one_at_a_time(asked: ItemException, answers: Feature, drafts: Feature, manager: User) -> None:
    with pytest.raises(AlreadyOpen, match="asked for one at 22 Nov 02:14 UTC"):
        ask_exception(22, manager, feature=answers)
    assert ask_exception(22, manager, feature=drafts)
    assert ask_exception(22, manager)


def test_one_that_has_run_out_is_in_nobodys_way(asked: ItemException, answers: Feature, manager: User) -> None:
    later = NOW + timedelta(days=60)
    assert ask_exception(22, manager, feature=answers, expires_on=date(2027, 2, 1), at=later)
    asked.refresh_from_db()
    assert asked.ended_by == "its end"
    entry = AuditEntry.objects.get(action="readiness.exception_ended")
    assert (entry.actor_kind, entry.object) == ("system", "22 answers")


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("reason", {"reason": "because"}),
        ("expires_on", {"expires_on": None}),
        ("expires_on", {"expires_on": date(2026, 11, 22)}),
        ("expires_on", {"expires_on": date(2027, 6, 1)}),
        ("expires_on", {"expires_on": date(2028, 6, 1), "kind": NOT_APPLICABLE}),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(engineer: User, field: str, change: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        ask_exception(8, engineer, **change)
    assert refused.value.field == field


def test_what_does_not_apply_needs_no_end(engineer: User, manager: User) -> None:
    assert make_exception(14, engineer, manager, kind=NOT_APPLICABLE, expires_on=None).is_agreed


# The page


def test_the_page_asks_and_another_agrees(client: Client, answers: Feature, engineer: User, manager: User) -> None:
    client.force_login(engineer)
    form = {"kind": "not_applicable", "reason": REASON, "expires_on": "", "scope": "feature"}
    answer = client.post("/readiness/answers/14/except/", form, follow=True)
    assert "A second person has to agree" in answer.content.decode()
    made = ItemException.objects.get()
    agree = f"/readiness/exceptions/{made.pk}/agree/"
    own = client.post(agree, {"feature": "answers"})
    assert own.status_code == 403
    assert "You asked for this exception: a second person has to agree to it." in own.content.decode()
    client.force_login(manager)
    assert "Agree: item 14 is not applicable" in client.get("/readiness/answers/14/").content.decode()
    assert "Agreed: not applicable" in client.post(agree, {"feature": "answers"}, follow=True).content.decode()
    end = client.post(f"/readiness/exceptions/{made.pk}/end/", {"feature": "answers"}, follow=True)
    assert "Ended: item 14 is asked again." in end.content.decode()


def test_a_second_one_is_a_conflict_that_keeps_what_was_typed(
    client: Client, asked: ItemException, manager: User
) -> None:
    client.force_login(manager)
    form = {"kind": "not_applicable", "reason": "It has no such system.", "expires_on": "", "scope": "feature"}
    answer = client.post("/readiness/answers/22/except/", form)
    assert answer.status_code == 409
    assert "asked for one at" in answer.content.decode()


@pytest.mark.parametrize("form", [{}, {"kind": "waived", "reason": REASON, "scope": "feature", "expires_on": ""}])
def test_what_is_missing_is_said(client: Client, answers: Feature, manager: User, form: dict[str, str]) -> None:
    client.force_login(manager)
    assert client.post("/readiness/answers/22/except/", form).status_code == 422


def test_support_only_looks(client: Client, asked: ItemException, support: User) -> None:
    client.force_login(support)
    page = client.get("/readiness/answers/22/").content.decode()
    assert "asked for" in page
    assert "Agree: item 22" not in page
    for action in ("agree", "end"):
        assert client.post(f"/readiness/exceptions/{asked.pk}/{action}/").status_code == 403


# The API


@pytest.fixture
def api(engineer: User) -> APIClient:
    return logged_in(engineer)


def logged_in(person: User) -> APIClient:
    client = APIClient()
    client.force_login(person)
    return client


def with_key(operator: Tenant) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(operator, role=Role.ADMIN).text}")
    return client


ORDER = {"item": 14, "feature": "answers", "kind": "not_applicable", "reason": REASON}


def test_two_people_do_it_together(api: APIClient, answers: Feature, manager: User) -> None:
    made = api.post(EXCEPTIONS, ORDER, format="json")
    assert (made.status_code, made.data["agreed_by"]) == (201, "")
    agree = f"{EXCEPTIONS}{made.data['id']}/agree/"
    own = api.post(agree, {}, format="json")
    assert (own.status_code, own.data["error"]["code"]) == (403, "needs_another")
    second = logged_in(manager)
    assert second.post(agree, {}, format="json").data["changed"] is True
    assert second.post(agree, {}, format="json").data["changed"] is False
    assert api.get("/api/v1/readiness/answers/").data["counted"] == 1
    again = api.post(EXCEPTIONS, ORDER, format="json")
    assert (again.status_code, again.data["error"]["code"]) == (409, "already_open")
    ended = api.post(f"{EXCEPTIONS}{made.data['id']}/end/", {}, format="json")
    assert ended.data["exception"]["ended_at"] is not None
    assert len(api.get(EXCEPTIONS).data["results"]) == 1


def test_a_key_neither_asks_nor_agrees_but_may_end(operator: Tenant, asked: ItemException) -> None:
    """Its holder could agree to what they asked for."""
    key, one = with_key(operator), f"{EXCEPTIONS}{asked.pk}/"
    for refused in (key.post(EXCEPTIONS, ORDER, format="json"), key.post(f"{one}agree/", {}, format="json")):
        assert (refused.status_code, refused.data["error"]["code"]) == (403, "needs_person")
    assert key.post(f"{one}end/", {}, format="json").data["changed"] is True


def test_what_a_key_asked_for_is_not_agreed_to_in_the_database_either(asked: ItemException, manager: User) -> None:
    ItemException.objects.update(asked_by_kind="key")
    with pytest.raises(IntegrityError, match="a_person_asked"), transaction.atomic():
        services.agree_exception(asked, by=actor_of(manager), at=NOW)
