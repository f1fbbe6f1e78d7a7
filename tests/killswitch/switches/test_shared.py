"""What is off over every tenant, and what the list and a tenant's page say of it."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client

from killswitch.models import Stop
from killswitch.scopes import Mode
from killswitch.services import lift
from killswitch.targets import Target
from tenants.models import Feature, Tenant, User
from tests.costs.factories import make_opened, make_stopped, record
from tests.factories import actor_of
from tests.killswitch.factories import make_stop, stop_at
from tests.killswitch.switches.asking import gateway, text


def provider(name: str, by: User, at: datetime) -> Stop:
    return stop_at(Target.provider(name.lower(), name), by=actor_of(by), at=at)


def refused(tenant: Tenant, feature: Feature, at: datetime, *, by: Stop | None = None) -> None:
    record(make_stopped(make_opened(at=at, tenant=tenant.pk, feature=feature.pk), stop_id=by and by.pk))


@pytest.mark.parametrize("address", ["/switches/", "/switches/acme/"])
def test_a_provider_that_is_off_is_named_above_the_list_and_above_each_tenant(
    page: Client, acme: Tenant, colleague: User, now: datetime, address: str
) -> None:
    provider("Simulator", colleague, now)
    shown = text(page.get(address))
    assert "<b>Provider Simulator is off</b> since" in shown
    assert f"by {colleague}" in shown
    assert 'href="/switches/~provider/simulator/"' in shown


def test_the_list_says_except_for_what_all_are_on_and_counts_it_at_the_tab(
    page: Client, acme: Tenant, colleague: User, now: datetime
) -> None:
    provider("Simulator", colleague, now)
    shown = text(page.get("/switches/"))
    assert '1 on</span> <span class="mut">except Simulator</span>' in shown
    assert "On, except Simulator · 1" in shown
    assert "Running normally" not in shown
    assert shown.count('class="pill ok"') == 2
    assert ", 1 off over all tenants</span>" in shown


def test_more_than_three_are_counted(page: Client, acme: Tenant, colleague: User, now: datetime) -> None:
    provider("One", colleague, now)
    provider("Two", colleague, now)
    provider("Three", colleague, now)
    provider("Four", colleague, now)
    provider("Five", colleague, now)
    shown = text(page.get("/switches/"))
    assert shown.count("<b>Provider ") == 3
    assert "and 2 more</a>" in shown
    assert "and 2 more · 1</h2>" in shown


@pytest.mark.parametrize("address", ["/switches/", "/switches/acme/"])
def test_a_tenants_own_people_read_one_neutral_sentence(
    client: Client, viewer: User, colleague: User, now: datetime, address: str
) -> None:
    provider("Simulator", colleague, now)
    client.force_login(viewer)
    shown = text(client.get(address))
    assert "Some AI is switched off by the operator." in shown
    assert "except what the operator switched off" in shown
    assert "Simulator" not in shown
    assert str(colleague) not in shown


def test_a_feature_of_the_consoles_own_is_nobodys_affair(
    page: Client, acme: Tenant, answers: Feature, colleague: User, now: datetime
) -> None:
    Feature.objects.filter(pk=answers.pk).update(is_own=True)
    answers.refresh_from_db()
    stop_at(Target.feature_of_all(answers), by=actor_of(colleague), at=now)
    assert "Running normally · 1" in text(page.get("/switches/"))


def test_a_tenant_whose_calls_are_stopped_needs_a_look(
    page: Client, acme: Tenant, globex: Tenant, answers: Feature, colleague: User, now: datetime
) -> None:
    stop = provider("Simulator", colleague, now)
    refused(acme, answers, now, by=stop)
    refused(acme, answers, now, by=stop)
    shown = text(page.get("/switches/"))
    assert shown.index("Needs a look") < shown.index("2 calls stopped, 15 min") < shown.index("On, except Simulator")
    assert "Calls stopped</span>" in shown
    assert "1 with calls stopped</span>" in shown
    assert "1 on</span>" in shown
    assert "2 calls stopped in the last 15 minutes" in text(page.get("/switches/acme/"))


def test_calls_that_another_stop_refused_are_not_blamed_on_what_is_off_for_all(
    page: Client, acme: Tenant, answers: Feature, colleague: User, now: datetime
) -> None:
    person = stop_at(Target.user(acme, uuid4()), by=actor_of(colleague), at=now)
    lifted = provider("Other", colleague, now)
    lift(lifted, by=actor_of(colleague), at=now)
    provider("Simulator", colleague, now)
    refused(acme, answers, now, by=person)
    refused(acme, answers, now, by=person)
    refused(acme, answers, now, by=lifted)
    refused(acme, answers, now, by=lifted)
    listed, shown = text(page.get("/switches/")), text(page.get("/switches/acme/"))
    assert "On, except Simulator · 1" in listed
    assert "alls stopped" not in listed + shown


def test_a_tenants_page_says_except_for_what_it_is_on(
    page: Client, acme: Tenant, answers: Feature, drafts: Feature, colleague: User, now: datetime
) -> None:
    provider("Simulator", colleague, now)
    stop_at(Target.feature_of_all(drafts), by=actor_of(colleague), at=now, mode=Mode.READ_ONLY)
    shown = text(page.get("/switches/acme/"))
    assert "AI is on for Acme Robotics, except Draft replies (read only) and Simulator." in shown
    assert '<span id="standing"><span class="pill ok">' in shown


def test_a_feature_that_is_back_but_off_for_everyone_says_so(
    page: Client, acme: Tenant, answers: Feature, colleague: User, now: datetime
) -> None:
    lift(make_stop(acme, answers, by=actor_of(colleague), at=now), by=actor_of(colleague), at=now)
    stop_at(Target.feature_of_all(answers), by=actor_of(colleague), at=now)
    assert "Answer assistant of Acme Robotics is back on, but off for everyone." in text(page.get("/switches/acme/"))


def test_calls_that_were_stopped_before_all_was_lifted_ask_for_no_look(
    page: Client, acme: Tenant, answers: Feature, now: datetime
) -> None:
    refused(acme, answers, now)
    refused(acme, answers, now)
    assert "Running normally · 1" in text(page.get("/switches/"))


def test_a_tenant_that_is_back_is_no_good_news_while_some_is_off_for_all(
    page: Client, acme: Tenant, colleague: User, now: datetime
) -> None:
    stop = make_stop(acme, by=actor_of(colleague), at=now)
    lift(stop, by=actor_of(colleague), at=now)
    provider("Simulator", colleague, now)
    gateway("gateway-1", applied=stop.revision + 5, at=now)
    shown = text(page.get("/switches/acme/"))
    assert "AI is back on for Acme Robotics, except Simulator." in shown
    assert 'class="note ok"' not in shown


def test_nothing_is_back_on_while_everyone_is_off(page: Client, acme: Tenant, colleague: User, now: datetime) -> None:
    lift(make_stop(acme, by=actor_of(colleague), at=now), by=actor_of(colleague), at=now)
    stop_at(Target.everything(), by=actor_of(colleague), at=now)
    shown = text(page.get("/switches/acme/"))
    assert "AI is back on" not in shown
    assert "Held off: AI is off for everyone." in shown


def test_a_filter_that_hides_what_was_looked_for_says_so(page: Client, acme: Tenant) -> None:
    shown = text(page.get("/switches/", {"q": "acme", "only": "errors"}))
    assert "No tenant found for “acme” under “High errors”." in shown
    assert "The filter hides 1 that matches." in shown
    assert 'href="?q=acme">Show it</a>' in shown
