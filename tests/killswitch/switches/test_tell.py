from datetime import datetime, timedelta

import pytest
from django.test import Client

from killswitch.models import Stop
from killswitch.views import telling
from tenants.models import Feature, Tenant, User
from tests.factories import actor_of
from tests.killswitch.factories import make_stop
from tests.killswitch.switches.asking import gateway, order, text


def test_the_message_for_the_team_is_ready(page: Client, acme: Tenant, support: User, now: datetime) -> None:
    make_stop(acme, by=actor_of(support), at=now, reason=Stop.Reason.ANSWERS)
    shown = text(page.get("/switches/acme/"))
    assert "AI is off for Acme Robotics since" in shown
    assert f"Reason: Bad answers. Turned off by {support}." in shown


def test_features_that_were_turned_off_together_are_told_together(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature
) -> None:
    page.post("/switches/acme/off/", order(acme, only_features="1", feature=["answers", "drafts"]))
    assert "AI is off for Answer assistant and Draft replies of Acme Robotics since" in text(
        page.get("/switches/acme/")
    )


def test_features_that_were_turned_off_apart_are_told_apart(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, support: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(support), at=now, feature=answers)
    make_stop(acme, by=actor_of(support), at=now, feature=drafts, reason=Stop.Reason.COST)
    shown = text(page.get("/switches/acme/"))
    assert "AI is off for Answer assistant of Acme Robotics since" in shown
    assert "AI is off for Draft replies of Acme Robotics since" in shown
    assert shown.count("http://") == 1


def test_who_joined_and_their_note_are_told(
    page: Client, acme: Tenant, support: User, colleague: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(support), at=now, expires_at=now + timedelta(hours=1))
    make_stop(acme, by=actor_of(colleague), at=now, reason=Stop.Reason.PRIVACY, note="names leaked")
    shown = text(page.get("/switches/acme/"))
    assert f"Reason: Data or privacy. Turned off by {support}, joined by {colleague}." in shown
    assert "It stays off until a second person turns it on." in shown
    assert f"Note by {colleague}: names leaked" in shown


def test_nothing_is_told_when_nothing_is_off(page: Client, acme: Tenant) -> None:
    assert "Tell the team" not in text(page.get("/switches/acme/"))


def test_the_box_is_as_high_as_its_text_is_on_a_phone() -> None:
    assert telling.rows("short\n" + "x" * 70) == 5


def test_it_says_how_many_workers_have_confirmed(page: Client, acme: Tenant, support: User, now: datetime) -> None:
    stop = make_stop(acme, by=actor_of(support), at=now)
    gateway("gateway-1", applied=stop.revision, at=now)
    assert "UTC. Confirmed by the worker. Reason:" in text(page.get("/switches/acme/"))
    gateway("gateway-2", applied=stop.revision, at=now)
    assert "UTC. Confirmed by all 2 workers. Reason:" in text(page.get("/switches/acme/"))


def test_of_features_that_are_not_confirmed_it_says_so_once(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("killswitch.views.proof.ALARM", timedelta(0))
    page.post("/switches/acme/off/", order(acme, only_features="1", feature=["answers", "drafts"]))
    gateway("gateway-1", applied=1, at=now)
    shown = text(page.get("/switches/acme/"))
    assert "AI should be off for Answer assistant and Draft replies of Acme Robotics since" in shown
    assert shown.count("Not confirmed by gateway-1: calls may still run.") == 1
