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
from tests.integrations.factories import make_connection
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


def test_while_everyone_is_off_nobody_is_counted_partly_and_what_is_off_itself_shows_it(
    page: Client, acme: Tenant, globex: Tenant, answers: Feature, drafts: Feature, colleague: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(colleague), at=now)
    make_stop(globex, drafts, by=actor_of(colleague), at=now)
    everyone(colleague, now)
    shown = text(page.get("/switches/"))
    assert "1 off</span>" in shown
    assert "1 held off</span>" in shown
    assert "partly" not in shown
    assert "Not fully on <b>2</b>" in shown
    assert shown.count("</svg>Off</span>") == 1
    assert "stays off when everyone is back on" in shown
    assert "Draft replies off · off also when everyone is back on" in shown
    assert "1 of 2 features on" not in shown


def test_while_everyone_is_off_no_row_turns_on_what_would_stay_off(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, colleague: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(colleague), at=now)
    make_stop(acme, drafts, by=actor_of(colleague), at=now)
    everyone(colleague, now)
    listed, shown = text(page.get("/switches/")), text(page.get("/switches/acme/"))
    assert 'action="/switches/acme/on/"' not in listed
    assert ">Lift its own stop<" in shown
    assert ">Lift<" in shown
    assert "Turn back on" not in shown


def test_the_card_below_the_list_says_that_everyone_is_off(
    page: Client, acme: Tenant, colleague: User, now: datetime
) -> None:
    assert "<h2>Stop AI for everyone</h2>" in text(page.get("/switches/"))
    everyone(colleague, now)
    shown = text(page.get("/switches/"))
    assert "<h2>AI is off for everyone</h2>" in shown
    assert "Stop AI for everyone" not in shown


@pytest.mark.parametrize(
    ("mode", "pill", "said"),
    [(Mode.REFUSE, "Held off", "comes back on with"), (Mode.READ_ONLY, "Read only", "can write again with")],
)
def test_a_system_of_a_tenant_that_is_off_is_held_off(
    page: Client, acme: Tenant, support: User, now: datetime, mode: Mode, pill: str, said: str
) -> None:
    make_connection(acme, "http://127.0.0.1:9", name="Books")
    assert 'href="/switches/acme/~connection/erp/off/"' in text(page.get("/switches/acme/"))
    make_stop(acme, by=actor_of(support), at=now, mode=mode)
    shown = text(page.get("/switches/acme/"))
    system = shown[shown.index('id="systems"') : shown.index('id="people"')]
    assert f"{pill}</span>" in system
    assert f"{said} Acme Robotics" in system
    assert "On</span>" not in system
    assert ("Turn off" in system) is (mode == Mode.READ_ONLY)


def test_the_operators_people_without_the_switch_are_not_told_of_an_operator(
    client: Client, acme: Tenant, answers: Feature, manager: User, viewer: User, colleague: User, now: datetime
) -> None:
    make_stop(acme, answers, by=actor_of(colleague), at=now)
    make_stop(acme, by=actor_of(colleague), at=now)
    client.force_login(manager)
    assert "the operator turns it" not in text(client.get("/switches/")) + text(client.get("/switches/acme/"))
    client.force_login(viewer)
    assert "the operator turns it on" in text(client.get("/switches/"))
