"""Everything that is no tenant and can be stopped."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client

from killswitch.lookups import find_target
from killswitch.models import Stop
from killswitch.scopes import Scope
from killswitch.targets import Target
from tenants.models import Feature, Tenant, User
from tests.factories import actor_of
from tests.killswitch.factories import stop_at
from tests.killswitch.switches.asking import text
from tests.killswitch.switches.places import JANE, jane_of, make_all
from tests.prompts.factories import make_release, make_version

OTHER = "/switches/~other/"


@pytest.fixture(autouse=True)
def _all(acme: Tenant, answers: Feature) -> None:
    make_all(acme, answers)


def test_it_lists_features_providers_models_and_live_versions(page: Client) -> None:
    make_release(make_version(name="welcome"))
    make_version("Be brief.", name="welcome")
    shown = text(page.get(OTHER))
    links = ["~feature/answers", "~provider/acme-ai", "~model/acme/mini", "~prompt_version/welcome@v1"]
    assert [f'href="/switches/{each}/off/"' in shown for each in links] == [True] * 4
    assert "welcome v2" not in shown
    assert "None is stopped." in shown


def test_what_is_stopped_is_said_and_comes_first(page: Client, acme: Tenant, support: User, now: datetime) -> None:
    stop_at(Target.model("acme/mini"), by=actor_of(support), at=now)
    stop_at(Target.user(acme, jane_of(acme)), by=actor_of(support), at=now)
    shown = text(page.get(OTHER))
    assert "1 off over all tenants</span>" in shown
    assert "1 connection or person</span>" in shown
    assert 'action="/switches/~model/acme/mini/on/"' in shown
    assert f'href="/switches/acme/~user/{jane_of(acme)}/">{JANE}</a>' in shown


def test_who_has_not_called_yet_is_said_to_be_unknown(page: Client, acme: Tenant, support: User, now: datetime) -> None:
    stop_at(Target.user(acme, uuid4()), by=actor_of(support), at=now)
    assert ">Somebody who has not called yet</a>" in text(page.get(OTHER))


@pytest.mark.parametrize("place", ["acme/~user/{jane}/", "acme/~connection/erp/", "~model/acme/mini/"])
def test_what_is_stopped_is_turned_on_from_the_list_by_whoever_may(
    page: Client, client: Client, acme: Tenant, support: User, manager: User, now: datetime, place: str
) -> None:
    on = f'action="/switches/{place.format(jane=jane_of(acme))}on/"'
    stop_at(Target.user(acme, jane_of(acme)), by=actor_of(support), at=now)
    stop_at(find_target(Scope.CONNECTION, "erp", tenant="acme"), by=actor_of(support), at=now)
    stop_at(Target.model("acme/mini"), by=actor_of(support), at=now)
    assert on in text(page.get(OTHER))
    client.force_login(manager)
    assert on not in text(client.get(OTHER))


def test_a_careful_one_is_no_button_for_whoever_made_it(page: Client, support: User, now: datetime) -> None:
    stop_at(Target.model("acme/mini"), by=actor_of(support), at=now, reason=Stop.Reason.PRIVACY)
    shown = text(page.get(OTHER))
    assert 'action="/switches/~model/acme/mini/on/"' not in shown
    assert 'href="/switches/~model/acme/mini/">Look<' in shown


@pytest.mark.parametrize(("query", "found"), [("ACME/m", "acme/mini"), ("acme-ai", "Acme AI"), ("nothing", "Nothing")])
def test_it_is_searched(page: Client, query: str, found: str) -> None:
    shown = text(page.get(OTHER, {"q": query}))
    assert found in shown
    assert "Answer assistant" not in shown


def test_a_customers_own_people_see_their_stopped_systems_and_people_alone(
    client: Client, acme: Tenant, viewer: User, stranger: User, support: User, now: datetime
) -> None:
    stop_at(Target.user(acme, jane_of(acme)), by=actor_of(support), at=now)
    client.force_login(viewer)
    shown = text(client.get(OTHER))
    assert f">{JANE}</a>" in shown
    assert "<h1>Connections and people</h1>" in shown
    assert 'aria-current="page">Connections and people</a>' in shown
    assert "acme/mini" not in shown
    client.force_login(stranger)
    assert str(jane_of(acme)) not in text(client.get(OTHER))


def test_the_tenants_page_lists_its_systems(page: Client) -> None:
    shown = text(page.get("/switches/acme/"))
    assert 'href="/switches/acme/~connection/erp/off/"' in shown
    assert "Stop one person" in shown


def test_other_pages_lead_to_what_they_show(page: Client) -> None:
    assert 'href="/switches/acme/~connection/erp/off/"' in text(page.get("/connections/"))
    assert 'href="/switches/~prompt_version/welcome@v1/off/"' in text(page.get("/prompts/welcome/v1/"))


def test_a_version_that_some_get_has_its_switch_too(page: Client, acme: Tenant) -> None:
    main, tried, own = (make_version(said) for said in ("one", "two", "three"))
    make_release(main)
    make_release(tried, percent=5)
    make_release(own, tenant=acme)
    shown = text(page.get(OTHER))
    assert "serves 5% of production" in shown
    assert "serves acme in production" in shown
