"""What a stop over everybody does to the pages of each customer."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from killswitch.models import Stop
from killswitch.scopes import Mode
from killswitch.targets import Target
from tenants.models import Feature, Tenant, User
from tests.factories import actor_of
from tests.killswitch.factories import make_stop, stop_at
from tests.killswitch.switches.asking import gateway, text


def everyone(by: User, at: datetime, **values: Any) -> Stop:
    return stop_at(Target.everything(), by=actor_of(by), at=at, **values)


@pytest.mark.parametrize("address", ["/switches/", "/switches/acme/", "/switches/~other/", "/switches/acme/off/"])
def test_every_page_says_that_ai_is_off_for_everyone_and_by_whom(
    page: Client, acme: Tenant, colleague: User, now: datetime, address: str
) -> None:
    everyone(colleague, now)
    shown = text(page.get(address))
    assert "AI is off for everyone" in shown
    assert f"by {colleague}" in shown


def test_a_customers_own_people_are_not_told_by_whom(
    client: Client, viewer: User, colleague: User, now: datetime
) -> None:
    everyone(colleague, now, reason=Stop.Reason.LEGAL)
    client.force_login(viewer)
    shown = text(client.get("/switches/acme/"))
    assert "AI is off for everyone" in shown
    assert str(colleague) not in shown
    assert "Legal" not in shown


def test_tenants_and_their_features_are_held_off(
    page: Client, acme: Tenant, answers: Feature, colleague: User, now: datetime
) -> None:
    everyone(colleague, now)
    listed, shown = text(page.get("/switches/")), text(page.get("/switches/acme/"))
    assert "1 held off</span>" in listed
    assert listed.count("Held off</span>") == 1
    assert shown.count("Held off</span>") == 2
    assert "Held off: AI is off for everyone." in shown
    assert 'class="pill ok"' not in listed + shown


def test_a_feature_that_is_off_for_everyone_is_held_off_at_each(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, colleague: User, now: datetime
) -> None:
    stop_at(Target.feature_of_all(answers), by=actor_of(colleague), at=now)
    shown = text(page.get("/switches/acme/"))
    assert "Answer assistant is off for everyone since" in shown
    assert shown.count("Held off</span>") == 1


def test_read_only_for_everyone_holds_nothing_off(
    page: Client, acme: Tenant, answers: Feature, colleague: User, now: datetime
) -> None:
    everyone(colleague, now, mode=Mode.READ_ONLY)
    shown = text(page.get("/switches/acme/"))
    assert "AI is read only for everyone" in shown
    assert "Held off" not in shown


def test_a_tenant_that_is_read_only_is_partly_on_and_its_answers_are_no_leak(
    page: Client, acme: Tenant, answers: Feature, support: User, now: datetime
) -> None:
    stop = make_stop(acme, by=actor_of(support), at=now, mode=Mode.READ_ONLY)
    gateway("gateway-1", applied=stop.revision, at=now)
    shown = text(page.get("/switches/acme/"))
    assert "AI is read only for Acme Robotics." in shown
    assert "no calls since" not in shown
    assert "Read only</span>" in text(page.get("/switches/"))
    assert "1 partly" in text(page.get("/switches/"))


@pytest.mark.parametrize(
    ("mode", "said"), [(Mode.HANDOFF, "Hands over to a person"), (Mode.CANNED, "Safe answer"), (Mode.REFUSE, "Off")]
)
def test_modes_are_said_in_words(
    page: Client, acme: Tenant, support: User, now: datetime, mode: Mode, said: str
) -> None:
    make_stop(acme, by=actor_of(support), at=now, mode=mode)
    assert f"</svg>{said}</span>" in page.get("/switches/acme/").content.decode()
    assert f"{said} since" in text(page.get("/switches/"))


def test_calls_that_may_still_end_are_told(page: Client, acme: Tenant, support: User, now: datetime) -> None:
    make_stop(acme, by=actor_of(support), at=now, in_flight="drain", drain_seconds=60)
    assert "Calls under way may take until" in text(page.get("/switches/acme/"))
