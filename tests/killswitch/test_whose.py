"""Whose a stop is: the operator's is not for the tenant's own people to lift, nor theirs to read about."""

from datetime import datetime

import pytest
from django.test import Client

from killswitch import services
from killswitch.models import Stop
from killswitch.scopes import Mode
from killswitch.services.lifting import NeedsAnother, OperatorsStop
from tenants.actors import Actor
from tenants.models import Role, Tenant, User
from tenants.principals import of_user
from tests.factories import actor_of, make_user
from tests.killswitch.factories import make_stop

NOTE = "court order, customer suspected of abuse"


@pytest.fixture
def theirs(acme: Tenant) -> User:
    """The tenant's own admin."""
    return make_user("ann@acme.example", Role.TENANT_ADMIN, acme)


@pytest.fixture
def by_theirs(theirs: User) -> Actor:
    return of_user(theirs).actor


@pytest.fixture
def legal(acme: Tenant, by_support: Actor, now: datetime) -> Stop:
    return make_stop(acme, by=by_support, at=now, reason=Stop.Reason.LEGAL, note=NOTE)


def test_a_stop_of_the_operator_is_not_lifted_by_the_tenants_own_people(
    legal: Stop, by_theirs: Actor, admin: User, now: datetime
) -> None:
    with pytest.raises(OperatorsStop):
        services.lift(legal, by=by_theirs, at=now)
    assert services.lift(legal, by=of_user(admin).actor, at=now).lifted


def test_nor_reviewed_by_them(legal: Stop, by_theirs: Actor, now: datetime) -> None:
    with pytest.raises(OperatorsStop):
        services.review(legal, by=by_theirs, note="fine", at=now)


def test_what_they_made_they_lift(acme: Tenant, by_theirs: Actor, now: datetime) -> None:
    stop = make_stop(acme, by=by_theirs, at=now)
    assert services.lift(stop, by=by_theirs, at=now).lifted


def test_joined_by_the_operator_it_is_the_operators(
    acme: Tenant, by_theirs: Actor, by_support: Actor, now: datetime
) -> None:
    make_stop(acme, by=by_theirs, at=now)
    joined = make_stop(acme, by=by_support, at=now, reason=Stop.Reason.COST)
    with pytest.raises(OperatorsStop):
        services.lift(joined, by=by_theirs, at=now)


def test_they_may_join_and_it_stays_the_operators(legal: Stop, acme: Tenant, by_theirs: Actor, now: datetime) -> None:
    joined = make_stop(acme, by=by_theirs, at=now, reason=Stop.Reason.CUSTOMER)
    with pytest.raises(OperatorsStop):
        services.lift(joined, by=by_theirs, at=now)


def test_what_the_operator_has_callers_told_stays(
    acme: Tenant, by_theirs: Actor, by_support: Actor, now: datetime
) -> None:
    make_stop(acme, by=by_support, at=now, message="Please call your bank.", reason=Stop.Reason.LEGAL)
    joined = make_stop(acme, by=by_theirs, at=now, message="All is fine.")
    assert joined.message == "Please call your bank."
    assert make_stop(acme, by=by_support, at=now, message="Please wait.").message == "Please wait."


def test_a_stricter_stop_of_theirs_has_callers_told_what_it_does(
    acme: Tenant, by_theirs: Actor, by_support: Actor, now: datetime
) -> None:
    make_stop(acme, by=by_support, at=now, mode=Mode.READ_ONLY)
    joined = make_stop(acme, by=by_theirs, at=now, message="Back on Monday.")
    assert (joined.mode, joined.message) == (Mode.REFUSE, "Back on Monday.")


def test_on_their_own_they_say_what_callers_are_told(acme: Tenant, by_theirs: Actor, now: datetime) -> None:
    make_stop(acme, by=by_theirs, at=now, message="Back soon.")
    assert make_stop(acme, by=by_theirs, at=now, message="Back on Monday.").message == "Back on Monday."


def test_a_careful_reason_given_later_keeps_who_made_it_and_says_who_gave_it(
    acme: Tenant, by_support: Actor, admin: User, now: datetime
) -> None:
    make_stop(acme, by=by_support, at=now)
    joined = make_stop(acme, by=actor_of(admin), at=now, reason=Stop.Reason.LEGAL)
    assert (joined.made_by_label, joined.careful_by_label) == (by_support.label, str(admin))
    with pytest.raises(NeedsAnother):
        services.lift(joined, by=actor_of(admin), at=now)
    assert services.lift(joined, by=by_support, at=now).lifted


def test_the_page_refuses_them_and_names_nobody(client: Client, legal: Stop, theirs: User, support: User) -> None:
    client.force_login(theirs)
    shown = client.get("/switches/acme/").content.decode()
    assert "By the operator," in shown
    assert "the operator’s people turn it back on" in shown
    assert NOTE not in shown
    assert support.email not in shown
    assert "Turn back on" not in shown
    refused = client.post("/switches/acme/on/", {"sure": "1"})
    assert refused.status_code == 403
    assert NOTE not in refused.content.decode()
    assert support.email not in refused.content.decode()
    assert Stop.objects.active().filter(pk=legal.pk).exists()


def test_the_operators_people_see_both(client: Client, legal: Stop, support: User) -> None:
    client.force_login(support)
    assert NOTE in client.get("/switches/acme/").content.decode()


def test_the_api_refuses_them_and_names_nobody(client: Client, legal: Stop, theirs: User, support: User) -> None:
    client.force_login(theirs)
    refused = client.post(f"/api/v1/stops/{legal.pk}/lift/", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "operators_stop")
    reviewed = client.post(f"/api/v1/stops/{legal.pk}/review/", {"note": "fine"}, content_type="application/json")
    assert (reviewed.status_code, reviewed.json()["error"]["code"]) == (403, "operators_stop")
    opened = client.get(f"/api/v1/stops/{legal.pk}/").json()
    assert (opened["made_by"], opened["note"], opened["by_operator"]) == ("the operator", "", True)
    assert [(each["by"], each["note"]) for each in opened["events"]] == [("the operator", "")]


@pytest.mark.parametrize("address", ["/audit/", "/audit.csv", "/api/v1/audit/"])
def test_their_audit_log_tells_neither_who_nor_why(
    client: Client, legal: Stop, theirs: User, support: User, address: str
) -> None:
    client.force_login(theirs)
    answer = client.get(address)
    shown = answer.getvalue().decode()
    assert "stop.made" in shown
    assert "the operator" in shown
    assert support.email not in shown
    assert "court" not in shown


def test_nor_is_it_found_by_what_it_does_not_tell(client: Client, legal: Stop, theirs: User, support: User) -> None:
    client.force_login(theirs)
    assert client.get("/api/v1/audit/?q=court").json()["results"] == []
    client.force_login(support)
    assert [each["details"]["note"] for each in client.get("/api/v1/audit/?q=court").json()["results"]] == [NOTE]


def test_the_operators_own_who_only_look_are_not_spoken_to_as_strangers(
    client: Client, acme: Tenant, by_support: Actor, manager: User, theirs: User, now: datetime
) -> None:
    make_stop(acme, by=by_support, at=now)
    client.force_login(manager)
    shown = client.get("/switches/").content.decode() + client.get("/switches/acme/").content.decode()
    assert "the operator turns it" not in shown
    assert "a second person" not in shown
    client.force_login(theirs)
    assert "the operator turns it on" in client.get("/switches/").content.decode()
