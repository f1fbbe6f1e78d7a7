from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from killswitch.models import Stop, StopEvent
from killswitch.scopes import PUBLIC_MESSAGE
from killswitch.standing import version_of
from tenants.models import Feature, Tenant, User
from tests.factories import actor_of
from tests.killswitch.factories import make_stop
from tests.killswitch.switches.asking import CONFLICT, FOUND, INVALID, in_force, order, text


def test_the_confirm_step_names_the_tenant_in_its_button(page: Client, acme: Tenant) -> None:
    shown = text(page.get("/switches/acme/off/"))
    assert "Turn off Acme Robotics</button>" in shown
    assert PUBLIC_MESSAGE in shown.replace("&#x27;", "'")
    assert 'value="looking" checked' in shown


def test_a_link_can_fill_in_the_confirm_step(page: Client, acme: Tenant, drafts: Feature) -> None:
    shown = text(page.get("/switches/acme/off/", {"reason": "cost", "until": "4h", "feature": "drafts"}))
    assert 'value="cost" checked' in shown
    assert 'value="4h" checked' in shown
    assert "Turn off Draft replies for Acme Robotics</button>" in shown


def test_what_a_link_gets_wrong_is_left_out(page: Client, acme: Tenant) -> None:
    shown = text(page.get("/switches/acme/off/", {"reason": "boredom", "until": "soon", "feature": "none"}))
    assert 'value="looking" checked' in shown
    assert "The link asked for reason “boredom”, which there is not." in shown
    assert "The link asked to turn it back on after “soon”; there is 1h, 4h or no end." in shown
    assert "The link asked for feature “none”, which there is not." in shown


def test_an_unknown_feature_of_a_link_does_not_widen_to_everything(page: Client, acme: Tenant) -> None:
    shown = text(page.get("/switches/acme/off/", {"feature": "nope"}))
    assert "Which features of Acme Robotics?</h1>" in shown
    assert "Turn off Acme Robotics</button>" not in shown
    assert '<input type="hidden" name="only_features" value="1">' in shown
    assert "Turn off everything</a>" in shown
    answer = page.post("/switches/acme/off/", order(acme, only_features="1"))
    assert (answer.status_code, in_force(acme)) == (INVALID, [])


def test_a_link_with_an_end_for_a_careful_reason_is_told_that_there_is_none(page: Client, acme: Tenant) -> None:
    shown = text(page.get("/switches/acme/off/", {"reason": "privacy", "until": "1h"}))
    assert 'value="privacy" class="careful" checked' in shown
    assert 'value="1h" checked' not in shown
    assert "The link asked to turn it back on after 1 hour; for “Data or privacy” there is no end." in shown


def test_a_link_without_faults_is_not_commented_on(page: Client, acme: Tenant) -> None:
    assert "The link asked" not in text(page.get("/switches/acme/off/", {"reason": "cost", "until": "1h"}))


def test_ends_and_the_promise_of_any_time_are_marked_as_not_for_careful_reasons(page: Client, acme: Tenant) -> None:
    shown = text(page.get("/switches/acme/off/"))
    assert '<label class="opt end"><input type="radio" name="until" value="1h"' in shown
    assert '<span class="unless-careful">You can turn it back on at any time;</span>' in shown
    assert '<span class="if-careful">A second person has to turn it back on;</span>' in shown


def test_what_is_off_already_says_by_whom_and_what_a_second_stop_does(
    page: Client, acme: Tenant, colleague: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(colleague), at=now, expires_at=now + timedelta(hours=1))
    shown = text(page.get("/switches/acme/off/"))
    assert f"AI is off already.</b> {colleague} turned off Acme Robotics" in shown
    assert "Your reason and note are added to that stop. It comes back on at" in shown
    assert "unless you choose “When I say so”" in shown


def test_a_feature_of_a_tenant_that_is_off_gets_a_stop_of_its_own(
    page: Client, acme: Tenant, drafts: Feature, colleague: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(colleague), at=now)
    shown = text(page.get("/switches/acme/off/", {"feature": "drafts"}))
    assert "All of Acme Robotics is off already; this keeps Draft replies for Acme Robotics off" in shown


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


def test_an_end_that_cannot_be_is_dropped_and_the_stop_is_made(page: Client, acme: Tenant) -> None:
    shown = text(page.post("/switches/acme/off/", order(acme, reason="privacy", until="4h"), follow=True))
    [stop] = in_force(acme)
    assert (stop.reason, stop.expires_at) == ("privacy", None)
    assert "“4 hours” was dropped: for “Data or privacy” there is no end." in shown


def test_it_is_dropped_too_where_somebody_was_faster(
    page: Client, acme: Tenant, drafts: Feature, colleague: User, now: datetime
) -> None:
    sent = order(acme, reason="privacy", until="4h")
    make_stop(acme, by=actor_of(colleague), at=now, feature=drafts)
    answer = page.post("/switches/acme/off/", sent)
    assert answer.status_code == CONFLICT
    assert "“4 hours” was dropped" in text(answer)
    assert 'value="4h" checked' not in text(answer)


def test_after_a_mistake_no_end_is_chosen_for_a_careful_reason(page: Client, acme: Tenant) -> None:
    shown = text(page.post("/switches/acme/off/", order(acme, reason="privacy", until="4h", only_features="1")))
    assert 'name="until" value="" checked' in shown
    assert 'value="4h" checked' not in shown


def test_joining_a_careful_stop_promises_and_offers_nothing_else(
    page: Client, acme: Tenant, colleague: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(colleague), at=now, reason=Stop.Reason.PRIVACY)
    shown = text(page.get("/switches/acme/off/"))
    assert "It stays off until a second person turns it back on." in shown
    assert "You can turn it back on at any time" not in shown
    assert "Takes effect" not in shown
    assert 'name="until"' not in shown
    assert '<button class="btn big arm primary" type="submit">' in shown


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


def test_somebody_elses_stop_in_between_says_that_pressing_joins_it(
    page: Client, acme: Tenant, colleague: User, now: datetime
) -> None:
    sent = order(acme)
    make_stop(acme, by=actor_of(colleague), at=now, reason=Stop.Reason.COST)
    shown = text(page.post("/switches/acme/off/", sent))
    assert f"AI is off already.</b> {colleague} turned off Acme Robotics 0 s ago" in shown
    assert "Add your reason to the stop of Acme Robotics</h1>" in shown
    assert "Your reason and note are added to that stop." in shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": "boredom"}, "Choose one of these reasons."),
        ({"reason": "automatic"}, "Choose one of these reasons."),
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


def test_what_is_not_urgent_stands_behind_what_callers_see(page: Client, acme: Tenant) -> None:
    before, _, behind = text(page.get("/switches/acme/off/")).partition('<details class="seen">')
    assert "Spend an hour" not in before
    assert "spend an hour" in behind.partition("</details>")[0]
