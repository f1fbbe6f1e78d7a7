"""No dead ends: who may not is led on, and who is searched for is offered."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client

from costs.models import EndUser
from tenants.models import Tenant, User
from tests.killswitch.switches.asking import text


def test_who_may_not_turn_it_off_is_told_who_may_and_led_to_its_page(
    client: Client, engineer: User, acme: Tenant
) -> None:
    client.force_login(engineer)
    answer = client.get("/switches/acme/off/?reason=cost")
    shown = text(answer)
    assert answer.status_code == 403
    assert f"Turning {acme.name} off and on is for support, admin or tenant admin" in shown
    assert f'href="/switches/acme/">Look at {acme.name}</a>' in shown


@pytest.fixture
def jane(acme: Tenant) -> EndUser:
    return EndUser.objects.create(tenant=acme, key=uuid4(), label="jane@elsewhere.example", seen_at=datetime.now(UTC))


def test_a_person_who_is_searched_for_is_named_with_the_way_to_stop_them(page: Client, jane: EndUser) -> None:
    shown = text(page.get("/switches/?q=Jane@elsewhere.example"))
    assert "jane@elsewhere.example is a user" in shown
    assert f'href="/switches/acme/~user/{jane.key}/off/"' in shown
    assert "is a user" not in text(page.get("/switches/?q=acme"))


def test_who_may_stop_nobody_is_offered_no_way(client: Client, viewer: User, jane: EndUser) -> None:
    client.force_login(viewer)
    shown = text(client.get("/switches/?q=jane@elsewhere.example"))
    assert "jane@elsewhere.example is a user" in shown
    assert "/off/" not in shown
