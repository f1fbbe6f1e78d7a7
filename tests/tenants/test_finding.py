"""The search over everything: what it finds for whom, and what it offers to turn off or on."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from killswitch.targets import Target
from tenants.models import Feature, Role, Tenant, User
from tests.evals.factories import make_suite
from tests.factories import actor_of, make_user
from tests.killswitch.factories import stop_at
from tests.killswitch.switches.places import make_all
from tests.prompts.factories import make_version


def test_search_finds_pages_and_tenants(client: Client, support: User, acme: object) -> None:
    client.force_login(support)
    shown = client.get("/find/", {"q": "ac"}).content.decode()
    assert "Acme Robotics" in shown
    assert "Turn off Acme Robotics…" in shown
    assert "Account" in shown


def test_search_finds_prompts_and_suites(client: Client, support: User) -> None:
    make_version(name="support-answer")
    make_suite("support-facts", prompt="support-answer")
    client.force_login(support)
    shown = client.get("/find/", {"q": "suppo"}).content.decode()
    assert 'href="/prompts/support-answer/"' in shown
    assert 'href="/evals/?suite=support-facts"' in shown
    assert "Page, tenant, prompt, suite, chain or model" in client.get("/switches/").content.decode()


def test_search_finds_no_prompt_for_a_tenants_own_people(client: Client, acme: Tenant) -> None:
    make_version(name="support-answer")
    make_suite("support-facts", prompt="support-answer")
    client.force_login(make_user("boss@acme.example", Role.ADMIN, acme))
    assert "support-" not in client.get("/find/", {"q": "suppo"}).content.decode()
    assert 'placeholder="Page or tenant"' in client.get("/switches/").content.decode()


def test_search_finds_nothing_of_other_tenants(client: Client, stranger: User, acme: object) -> None:
    client.force_login(stranger)
    assert "Acme" not in client.get("/find/", {"q": "ac"}).content.decode()


@pytest.fixture
def world(acme: Tenant, answers: Feature) -> None:
    """A provider, a model and a feature of everyone beside the tenant."""
    make_all(acme, answers)


def found(client: Client, user: User, query: str) -> str:
    client.force_login(user)
    return client.get("/find/", {"q": query}).content.decode()


@pytest.mark.parametrize(
    ("query", "leads"), [("mini", "~model/acme/mini"), ("acme ai", "~provider/acme-ai"), ("answer", "~feature/answers")]
)
def test_what_is_shared_leads_to_the_confirm_step(
    client: Client, support: User, world: None, query: str, leads: str
) -> None:
    assert f'<a href="/switches/{leads}/off/">' in found(client, support, query)


def test_whoever_may_not_stop_it_is_not_led_there(client: Client, manager: User, world: None) -> None:
    assert "/off/" not in found(client, manager, "mini")


@pytest.mark.parametrize("verb", ["stop", "turn off", "Kill", "off"])
def test_a_verb_before_the_name_offers_that_alone(client: Client, support: User, acme: Tenant, verb: str) -> None:
    shown = found(client, support, f"{verb} acme")
    assert '<a href="/switches/acme/off/">' in shown
    assert '<a href="/switches/acme/">' not in shown


def test_what_is_off_is_offered_to_be_turned_on(client: Client, support: User, acme: Tenant) -> None:
    stop_at(Target.of(acme), by=actor_of(support), at=datetime.now(UTC))
    assert '<a href="/switches/acme/on/">' in found(client, support, "acme")
    assert '<a href="/switches/acme/on/">' in found(client, support, "turn on acme")
    assert "Nothing found." in found(client, support, "turn off acme")


def test_a_verb_may_be_the_beginning_of_a_name(client: Client, support: User, acme: Tenant) -> None:
    acme.name = "Stop & Go"
    acme.save()
    assert '<a href="/switches/acme/off/">' in found(client, support, "stop")
    assert '<a href="/switches/acme/off/">' in found(client, support, "stop & go")


def test_everyone_is_offered_to_whom_may_stop_everyone(client: Client, admin: User, manager: User) -> None:
    assert "Turn off AI for everyone…" in found(client, admin, "stop everyone")
    assert "everyone" not in found(client, manager, "stop everyone")
