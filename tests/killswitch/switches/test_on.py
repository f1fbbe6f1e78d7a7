from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from killswitch import services
from killswitch.models import Stop
from killswitch.targets import Target
from tenants.actors import Actor, ActorKind
from tenants.models import Feature, Tenant, User
from tests.factories import actor_of
from tests.killswitch.factories import make_stop, stop_at
from tests.killswitch.switches.asking import CONFLICT, gateway, in_force, text


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


def test_what_was_added_since_is_read_before_it_is_lifted(
    page: Client, acme: Tenant, colleague: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(colleague), at=now)
    make_stop(acme, by=actor_of(colleague), at=now, note="still wrong")
    asked = text(page.post("/switches/acme/on/"))
    assert f"Joined by {colleague}" in asked
    assert "“still wrong”" in asked


def test_somebody_elses_old_stop_does_not(page: Client, acme: Tenant, colleague: User, now: datetime) -> None:
    make_stop(acme, by=actor_of(colleague), at=now - timedelta(minutes=61))
    page.post("/switches/acme/on/")
    assert in_force(acme) == []


def test_a_careful_stop_needs_a_second_person(page: Client, acme: Tenant, support: User, now: datetime) -> None:
    make_stop(acme, by=actor_of(support), at=now, reason=Stop.Reason.PRIVACY)
    assert "a second person has to turn it back on" in text(page.get("/switches/acme/on/"))
    refused = page.post("/switches/acme/on/", {"sure": "1"})
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert "a second person has to turn it back on" in text(refused)
    assert "not_allowed" not in text(refused)
    assert len(in_force(acme)) == 1


@pytest.mark.parametrize("address", ["/switches/", "/switches/acme/"])
def test_whoever_made_a_careful_stop_gets_no_button_that_is_dead(
    page: Client, acme: Tenant, support: User, now: datetime, address: str
) -> None:
    make_stop(acme, by=actor_of(support), at=now, reason=Stop.Reason.PRIVACY)
    shown = text(page.get(address))
    assert 'action="/switches/acme/on/"' not in shown
    assert "second person" in shown


def test_who_may_turn_it_on_instead_is_named(page: Client, acme: Tenant, support: User, now: datetime) -> None:
    make_stop(acme, by=actor_of(support), at=now, reason=Stop.Reason.PRIVACY)
    shown = text(page.get("/switches/acme/"))
    assert "A second person has to turn it back on." in shown
    assert "Anybody else may whose role is support, admin or tenant admin." in shown


def test_a_feature_that_was_turned_off_for_a_careful_reason_says_so_in_its_line(
    page: Client, acme: Tenant, answers: Feature, support: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(support), at=now, feature=answers, reason=Stop.Reason.LEGAL)
    shown = text(page.get("/switches/acme/"))
    assert "legal · a second person has to turn it back on" in shown
    assert 'action="/switches/acme/on/"' not in shown


@pytest.mark.parametrize("address", ["/switches/", "/switches/acme/"])
def test_the_second_person_gets_the_button(
    client: Client, acme: Tenant, support: User, colleague: User, now: datetime, address: str
) -> None:
    make_stop(acme, by=actor_of(support), at=now, reason=Stop.Reason.PRIVACY)
    client.force_login(colleague)
    assert 'action="/switches/acme/on/"' in text(client.get(address))


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


def test_turning_on_what_somebody_else_has_just_turned_on_says_who_and_when(
    page: Client, acme: Tenant, support: User, colleague: User, now: datetime
) -> None:
    stop = make_stop(acme, by=actor_of(support), at=now)
    services.lift(stop, by=actor_of(colleague), at=now)
    answer = page.post("/switches/acme/on/", follow=True)
    assert f"AI is on for Acme Robotics. {colleague} turned it back on before you, at" in text(answer)


def test_turning_on_what_never_was_off_says_so(page: Client, acme: Tenant) -> None:
    answer = page.post("/switches/acme/on/", follow=True)
    assert "AI is on for Acme Robotics: nobody had turned it off." in text(answer)


def test_broken_glass_is_reviewed_by_one_and_lifted_by_another(
    client: Client, acme: Tenant, support: User, colleague: User, now: datetime
) -> None:
    by = Actor(ActorKind.SYSTEM, "break-glass:ann@host", "break-glass: ann@host", is_over_all=True)
    stop = make_stop(acme, by=by, at=now, reason=Stop.Reason.SAFETY, origin=Stop.Origin.BREAK_GLASS)
    client.force_login(colleague)
    assert "Two people turn it back on" in text(client.get("/switches/acme/"))
    shown = client.post("/switches/acme/on/", {"sure": "1"})
    assert (shown.status_code, len(in_force(acme))) == (HTTPStatus.FORBIDDEN, 1)
    assert "one person has to review it, and another to turn it back on" in text(shown)
    services.review(stop, by=actor_of(support), note="True.", at=now)
    client.post("/switches/acme/on/", {"sure": "1"})
    assert in_force(acme) == []


def test_turning_a_tenant_back_on_is_proven_also_while_a_feature_stays_off(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, support: User, now: datetime
) -> None:
    make_stop(acme, drafts, by=actor_of(support), at=now)
    lifted = make_stop(acme, by=actor_of(support), at=now)
    page.post("/switches/acme/on/")
    gateway("gateway-1", applied=lifted.revision + 1, at=now)
    shown = text(page.get("/switches/acme/"))
    back = "<b>AI is back on for Acme Robotics, except Draft replies.</b> The worker confirmed"
    assert shown.index(back) < shown.index("<b>Draft replies of Acme Robotics is off.</b>")


def test_a_feature_is_not_back_while_the_whole_tenant_is_off(
    page: Client, acme: Tenant, drafts: Feature, support: User, now: datetime
) -> None:
    make_stop(acme, drafts, by=actor_of(support), at=now)
    make_stop(acme, by=actor_of(support), at=now)
    page.post("/switches/acme/on/", {"feature": "drafts"})
    assert "is back on" not in text(page.get("/switches/acme/"))


def test_what_is_off_again_is_not_back(page: Client, acme: Tenant, support: User, now: datetime) -> None:
    make_stop(acme, by=actor_of(support), at=now)
    page.post("/switches/acme/on/")
    make_stop(acme, by=actor_of(support), at=now)
    assert "back on for" not in text(page.get("/switches/acme/"))


def test_everyone_is_turned_back_on_by_two_presses_also_by_who_turned_them_off(
    page: Client, acme: Tenant, globex: Tenant, support: User, now: datetime
) -> None:
    make_stop(globex, by=actor_of(support), at=now)
    stop_at(Target.everything(), by=actor_of(support), at=now)
    asked = text(page.post("/switches/~everyone/on/"))
    assert "Turn AI for everyone back on?" in asked
    assert "1 tenant can call again at once. What has a stop of its own stays off." in asked
    assert Stop.objects.active().filter(scope="global").exists()
    page.post("/switches/~everyone/on/", {"sure": "1"})
    assert [stop.tenant for stop in Stop.objects.active()] == [globex]


def test_the_second_person_is_told_so(
    client: Client, acme: Tenant, support: User, colleague: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(support), at=now, reason=Stop.Reason.PRIVACY)
    said = "<b>You are the second person.</b>"
    client.force_login(colleague)
    shown = text(client.get("/switches/acme/on/"))
    assert f"{said} After data or privacy it takes somebody else than {support} to turn it back on." in shown
    client.force_login(support)
    assert said not in text(client.get("/switches/acme/on/"))


def test_of_no_careful_stop_anybody_is_the_second_person(
    page: Client, acme: Tenant, colleague: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(colleague), at=now)
    assert "second person" not in text(page.get("/switches/acme/on/"))
