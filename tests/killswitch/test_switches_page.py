from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from costs.models import EndUser, MinuteTraffic
from killswitch import services
from killswitch.models import Stop, StopEvent
from killswitch.views.standing import version_of
from tenants.models import Acknowledgement, Feature, Process, Tenant, User
from tenants.scope import ALL, scope
from tests.factories import actor_of, make_tenant
from tests.killswitch.factories import make_stop

OK, FOUND, CONFLICT, INVALID = HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY
LIST = "/switches/"


@pytest.fixture
def now() -> datetime:
    """The pages read the clock themselves."""
    return datetime.now(UTC)


@pytest.fixture
def page(client: Client, support: User) -> Client:
    client.force_login(support)
    return client


@pytest.fixture
def colleague(admin: User) -> User:
    """Somebody else of the operator who may turn things off."""
    return admin


def order(tenant: Tenant, **values: Any) -> dict[str, Any]:
    """What the confirm page sends."""
    return {"reason": "looking", "until": "", "submission": str(uuid4()), "expected": version_of(tenant), **values}


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def in_force(tenant: Tenant) -> list[Stop]:
    with scope(ALL):
        return list(Stop.objects.active().of(tenant))


def gateway(name: str, *, applied: int, at: datetime, cut: int = 0) -> None:
    process = Process.objects.create(
        id=uuid4(), kind="gateway", name=name, host="here", pid=1, started_at=at, seen_at=at,
        stops_revision=applied, config_revision=1, push_works=True, open_calls=0,
    )  # fmt: skip
    Acknowledgement.objects.create(process=process, stops_revision=applied, applied_at=at, cut=cut)


# The list


def test_the_list_says_what_is_off_and_since_when(
    page: Client, acme: Tenant, globex: Tenant, colleague: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(colleague), at=now, reason=Stop.Reason.COST)
    shown = text(page.get(LIST))
    assert "1 off" in shown
    assert "1 on" in shown
    assert shown.index("Needs a look") < shown.index("Acme Robotics") < shown.index("Running normally · 1")
    assert f"{colleague} · cost" in shown


def test_a_tenant_with_one_feature_off_is_partly_on(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, colleague: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(colleague), at=now, feature=drafts)
    shown = text(page.get(LIST))
    assert "Partly on" in shown
    assert "Draft replies off · 1 of 2 features on" in shown


@pytest.mark.parametrize("words", ["robot", "ACME", "acme.example", "somebody@acme.example", "jane@mail.example"])
def test_a_tenant_is_found_by_name_id_domain_and_a_persons_email(page: Client, globex: Tenant, words: str) -> None:
    acme = make_tenant("acme", name="Acme Robotics", domain="acme.example")
    EndUser.objects.create(tenant=acme, key=uuid4(), label="jane@mail.example", seen_at=datetime.now(UTC))
    shown = text(page.get(LIST, {"q": words}))
    assert "Acme Robotics" in shown
    assert "Globex Shipping" not in shown


def test_what_is_not_found_says_where_was_looked(page: Client, acme: Tenant) -> None:
    assert "No tenant found for “nobody”" in text(page.get(LIST, {"q": "nobody"}))


def test_a_search_while_typing_gets_the_list_alone(page: Client, acme: Tenant) -> None:
    answer = page.get(LIST, {"q": "acme"}, headers={"HX-Request": "true"})
    assert "Acme Robotics" in text(answer)
    assert "<html" not in text(answer)
    assert 'href="?q=acme&amp;only=off"' in text(answer)
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize(("only", "found"), [("", True), ("off", False), ("today", False), ("nonsense", True)])
def test_chips_choose_who_is_shown(page: Client, acme: Tenant, only: str, found: bool) -> None:
    assert ("Acme Robotics" in text(page.get(LIST, {"only": only}))) is found


def test_fifty_are_shown_and_the_rest_on_asking(page: Client, acme: Tenant) -> None:
    Tenant.objects.bulk_create([Tenant(slug=f"t{number:02}", name=f"Tenant {number:02}") for number in range(59)])
    assert "50 of 60" in text(page.get(LIST))
    assert "Tenant 58" in text(page.get(LIST, {"limit": "100"}))


def test_it_takes_as_many_queries_for_fifty_tenants_as_for_one(
    page: Client, acme: Tenant, django_assert_max_num_queries: Any
) -> None:
    Tenant.objects.bulk_create([Tenant(slug=f"t{number:02}", name=f"Tenant {number:02}") for number in range(60)])
    with django_assert_max_num_queries(40):
        assert page.get(LIST).status_code == 200


def test_a_tenants_own_people_see_their_tenant_alone(client: Client, acme: Tenant, stranger: User) -> None:
    client.force_login(stranger)
    shown = text(client.get(LIST))
    assert "Globex Shipping" in shown
    assert "Acme Robotics" not in shown


def test_who_may_not_change_is_offered_no_switch(client: Client, acme: Tenant, viewer: User) -> None:
    client.force_login(viewer)
    assert "Turn off" not in text(client.get(LIST))


# Turning off


def test_the_confirm_step_names_the_tenant_in_its_button(page: Client, acme: Tenant) -> None:
    shown = text(page.get("/switches/acme/off/"))
    assert "Turn off Acme Robotics</button>" in shown
    assert services.PUBLIC_MESSAGE in shown.replace("&#x27;", "'")
    assert 'value="looking" checked' in shown


def test_a_link_can_fill_in_the_confirm_step(page: Client, acme: Tenant, drafts: Feature) -> None:
    shown = text(page.get("/switches/acme/off/", {"reason": "cost", "until": "4h", "feature": "drafts"}))
    assert 'value="cost" checked' in shown
    assert 'value="4h" checked' in shown
    assert "Turn off Draft replies for Acme Robotics</button>" in shown


def test_what_a_link_gets_wrong_is_left_out(page: Client, acme: Tenant) -> None:
    shown = text(page.get("/switches/acme/off/", {"reason": "boredom", "until": "soon", "feature": "none"}))
    assert 'value="looking" checked' in shown
    assert "Turn off Acme Robotics</button>" in shown


def test_looking_at_the_confirm_step_changes_nothing(page: Client, acme: Tenant) -> None:
    page.get("/switches/acme/off/", {"reason": "cost"})
    assert in_force(acme) == []


def test_turning_off_stops_and_leads_to_the_proof(page: Client, acme: Tenant, support: User) -> None:
    answer = page.post("/switches/acme/off/", order(acme, reason="cost", note="bill doubled"))
    [stop] = in_force(acme)
    assert (answer.status_code, answer["Location"]) == (FOUND, "/switches/acme/")
    assert (stop.reason, stop.note, stop.made_by_id, stop.expires_at) == ("cost", "bill doubled", str(support.pk), None)


def test_it_comes_back_by_itself_when_that_was_chosen(page: Client, acme: Tenant) -> None:
    page.post("/switches/acme/off/", order(acme, until="4h"))
    [stop] = in_force(acme)
    assert stop.expires_at == stop.made_at + timedelta(hours=4)


def test_chosen_features_are_stopped_one_by_one(page: Client, acme: Tenant, answers: Feature, drafts: Feature) -> None:
    page.post("/switches/acme/off/", order(acme, only_features="1", feature=["answers", "drafts"]))
    assert {stop.feature for stop in in_force(acme)} == {answers, drafts}


def test_the_same_form_sent_twice_stops_once(page: Client, acme: Tenant) -> None:
    sent = order(acme)
    answers = [page.post("/switches/acme/off/", sent).status_code for _ in range(2)]
    assert answers == [FOUND, FOUND]
    assert StopEvent.objects.filter(stop__tenant=acme).count() == 1


def test_a_change_in_between_is_told_and_the_same_button_goes_on(
    page: Client, acme: Tenant, drafts: Feature, colleague: User, now: datetime
) -> None:
    sent = order(acme, note="typed by me")
    make_stop(acme, by=actor_of(colleague), at=now, feature=drafts)
    answer = page.post("/switches/acme/off/", sent)
    assert answer.status_code == CONFLICT
    assert f"{colleague} turned off Draft replies of Acme Robotics" in text(answer)
    assert "typed by me" in text(answer)
    assert f'name="expected" value="{version_of(acme)}"' in text(answer)
    assert page.post("/switches/acme/off/", {**sent, "expected": version_of(acme)}).status_code == FOUND


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": "boredom"}, "Choose one of these reasons."),
        ({"reason": "automatic"}, "Choose one of these reasons."),
        ({"reason": "privacy", "until": "1h"}, "stays off until a second person turns it back on"),
        ({"only_features": "1"}, "Choose at least one feature"),
        ({"feature": "nothing"}, "There is no feature nothing"),
        ({"submission": "twice"}, "Press the button again."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    page: Client, acme: Tenant, wrong: dict[str, str], said: str
) -> None:
    answer = page.post("/switches/acme/off/", order(acme, note="typed by me", **wrong))
    assert answer.status_code == INVALID
    assert said in text(answer)
    assert "typed by me" in text(answer)
    assert in_force(acme) == []


def test_the_sheet_gets_the_confirm_step_alone(page: Client, acme: Tenant) -> None:
    shown = text(page.get("/switches/acme/off/", headers={"HX-Request": "true"}))
    assert "Turn off Acme Robotics</button>" in shown
    assert "<html" not in shown


def test_a_viewer_is_refused(client: Client, acme: Tenant, viewer: User) -> None:
    client.force_login(viewer)
    assert client.post("/switches/acme/off/", order(acme)).status_code == HTTPStatus.FORBIDDEN
    assert in_force(acme) == []


@pytest.mark.parametrize("path", ["", "off/", "on/", "proof/"])
def test_a_stranger_finds_nothing(client: Client, acme: Tenant, stranger: User, path: str) -> None:
    client.force_login(stranger)
    assert client.get(f"/switches/acme/{path}").status_code == HTTPStatus.NOT_FOUND


def test_a_stranger_stops_nothing(client: Client, acme: Tenant, stranger: User) -> None:
    client.force_login(stranger)
    assert client.post("/switches/acme/off/", order(acme)).status_code == HTTPStatus.NOT_FOUND
    assert in_force(acme) == []


@pytest.mark.parametrize("path", ["/switches/", "/switches/acme/", "/switches/acme/off/", "/switches/acme/on/"])
def test_nobody_gets_in_without_logging_in(client: Client, acme: Tenant, path: str) -> None:
    assert client.get(path)["Location"] == f"/login/?next={path}"


# Turning back on


def test_ones_own_stop_is_lifted_by_one_press(page: Client, acme: Tenant, support: User, now: datetime) -> None:
    make_stop(acme, by=actor_of(support), at=now)
    assert page.post("/switches/acme/on/")["Location"] == "/switches/acme/"
    assert in_force(acme) == []


def test_somebody_elses_fresh_stop_asks_first(page: Client, acme: Tenant, colleague: User, now: datetime) -> None:
    make_stop(acme, by=actor_of(colleague), at=now - timedelta(minutes=59))
    asked = page.post("/switches/acme/on/")
    assert f"{colleague} turned it off" in text(asked)
    assert len(in_force(acme)) == 1
    page.post("/switches/acme/on/", {"sure": "1"})
    assert in_force(acme) == []


def test_somebody_elses_old_stop_does_not(page: Client, acme: Tenant, colleague: User, now: datetime) -> None:
    make_stop(acme, by=actor_of(colleague), at=now - timedelta(minutes=61))
    page.post("/switches/acme/on/")
    assert in_force(acme) == []


def test_a_careful_stop_needs_a_second_person(page: Client, acme: Tenant, support: User, now: datetime) -> None:
    make_stop(acme, by=actor_of(support), at=now, reason=Stop.Reason.PRIVACY)
    assert "a second person has to turn it back on" in text(page.get("/switches/acme/on/"))
    assert page.post("/switches/acme/on/", {"sure": "1"}).status_code == HTTPStatus.FORBIDDEN
    assert len(in_force(acme)) == 1


def test_the_second_person_can_lift_it(
    client: Client, acme: Tenant, support: User, colleague: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(support), at=now, reason=Stop.Reason.PRIVACY)
    client.force_login(colleague)
    client.post("/switches/acme/on/", {"sure": "1"})
    assert in_force(acme) == []


def test_a_stop_that_was_joined_since_is_not_lifted_unseen(
    page: Client, acme: Tenant, support: User, colleague: User, now: datetime
) -> None:
    seen = make_stop(acme, by=actor_of(support), at=now).version
    make_stop(acme, by=actor_of(colleague), at=now, reason=Stop.Reason.SAFETY)
    assert page.post("/switches/acme/on/", {"version": seen, "sure": "1"}).status_code == CONFLICT
    assert len(in_force(acme)) == 1


def test_one_feature_is_turned_back_on_alone(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, support: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(support), at=now, feature=answers)
    make_stop(acme, by=actor_of(support), at=now, feature=drafts)
    page.post("/switches/acme/on/", {"feature": "drafts"})
    assert [stop.feature for stop in in_force(acme)] == [answers]


def test_turning_on_what_is_on_says_so(page: Client, acme: Tenant) -> None:
    answer = page.post("/switches/acme/on/", follow=True)
    assert "somebody turned it back on before you" in text(answer)


# The proof


def test_the_proof_says_who_confirmed_and_what_was_cut(page: Client, acme: Tenant, support: User) -> None:
    page.post("/switches/acme/off/", order(acme))
    event = StopEvent.objects.get(stop__tenant=acme)
    gateway("gateway-1", applied=event.revision, at=event.recorded_at + timedelta(milliseconds=40), cut=2)
    gateway("gateway-2", applied=event.revision, at=event.recorded_at + timedelta(milliseconds=30), cut=1)
    shown = text(page.get("/switches/acme/"))
    assert "AI is off for Acme Robotics." in shown
    assert "All 2 gateways confirmed" in shown
    assert "3 answers cut." in shown
    assert "every 500ms" not in shown


def test_until_all_have_confirmed_it_asks_again(page: Client, acme: Tenant) -> None:
    page.post("/switches/acme/off/", order(acme))
    event = StopEvent.objects.get(stop__tenant=acme)
    gateway("gateway-1", applied=event.revision, at=event.recorded_at)
    gateway("gateway-2", applied=event.revision - 1, at=event.recorded_at)
    shown = text(page.get("/switches/acme/proof/"))
    assert "1 of 2 gateways confirmed so far" in shown
    assert 'hx-trigger="every 500ms"' in shown
    assert 'role="alert"' not in shown


def test_after_five_seconds_it_alarms_and_names_who_is_late(
    page: Client, acme: Tenant, support: User, now: datetime
) -> None:
    stop = make_stop(acme, by=actor_of(support), at=now - timedelta(seconds=6))
    gateway("gateway-1", applied=stop.revision - 1, at=now)
    gateway("gateway-2", applied=stop.revision - 1, at=now - timedelta(minutes=2))
    shown = text(page.get("/switches/acme/"))
    assert 'role="alert"' in shown
    assert "0 of 2 gateways confirmed; calls may still run" in shown
    assert "Not yet: gateway-1." in shown
    assert "Lost contact: gateway-2." in shown


def test_calls_that_got_through_all_the_same_raise_an_alarm(
    page: Client, acme: Tenant, answers: Feature, support: User, now: datetime
) -> None:
    stop = make_stop(acme, by=actor_of(support), at=now - timedelta(minutes=10))
    gateway("gateway-1", applied=stop.revision, at=now)
    minute = now.replace(second=0, microsecond=0) - timedelta(minutes=3)
    MinuteTraffic.objects.create(
        tenant=acme, minute=minute, feature=answers, calls=5, errors=0, stopped=3, last_at=minute
    )
    shown = text(page.get("/switches/acme/"))
    assert "2 calls got through" in shown
    assert 'role="alert"' in shown


def test_features_under_a_tenants_stop_are_held_off(
    page: Client, acme: Tenant, answers: Feature, support: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(support), at=now)
    shown = text(page.get("/switches/acme/"))
    assert "Held off" in shown
    assert "Turn off<span" not in shown


def test_the_last_changes_name_their_audit_entries(page: Client, acme: Tenant, support: User, now: datetime) -> None:
    stop = make_stop(acme, by=actor_of(support), at=now)
    shown = text(page.get("/switches/acme/"))
    assert f"audit {stop.events.get().audit_seq}</a>" in shown


def test_the_message_for_the_team_is_ready(page: Client, acme: Tenant, support: User, now: datetime) -> None:
    make_stop(acme, by=actor_of(support), at=now, reason=Stop.Reason.ANSWERS)
    shown = text(page.get("/switches/acme/"))
    assert "AI is off for Acme Robotics since" in shown
    assert f"Reason: Bad answers. Turned off by {support}." in shown
