from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from costs.models import EndUser
from killswitch.models import Stop
from tenants.models import Feature, Tenant, User
from tests.factories import actor_of, make_tenant
from tests.killswitch.factories import make_stop
from tests.killswitch.switches.asking import text

LIST = "/switches/"


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
