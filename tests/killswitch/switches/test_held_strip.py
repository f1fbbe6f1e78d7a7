"""What only processes hold, on the list of switches: adopted or released by whoever may stop everyone."""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

import pytest
from django.test import Client

from aiops.lib import uuid7
from killswitch import scopes
from killswitch.guard import ActiveStop
from killswitch.models import HeldRelease, Stop
from killswitch.wire import to_wire
from tenants.models import Process, Tenant, User
from tests.killswitch.switches.asking import gateway, text


@pytest.fixture
def held(acme: Tenant, now: datetime) -> UUID:
    stop = ActiveStop(uuid7.new(), scopes.tenant_key(acme.pk), "cost", "off")
    gateway("gateway-1", applied=1, at=now)
    Process.objects.update(held_stops=[to_wire(stop)])
    return stop.id


def test_it_is_shown_to_whoever_may_decide(page: Client, client: Client, held: UUID, viewer: User) -> None:
    shown = text(page.get("/switches/"))
    assert "1 stop that the database does not know" in shown
    assert "Acme Robotics</b> · Cost · held by gateway-1" in shown
    assert f"aiops held adopt {held}" in shown
    client.force_login(viewer)
    assert "does not know" not in text(client.get("/switches/"))


def test_adopted_it_is_a_stop_like_any_other(page: Client, held: UUID) -> None:
    answer = page.post(f"/switches/~held/{held}/adopt/")
    assert answer["Location"] == "/switches/acme/"
    assert Stop.objects.active().get().pk == held
    assert "does not know" not in text(page.get("/switches/"))


def test_released_calls_pass(page: Client, held: UUID) -> None:
    page.post(f"/switches/~held/{held}/release/", {"note": "made by mistake"})
    assert HeldRelease.objects.get().stop_id == held
    assert "does not know" not in text(page.get("/switches/"))


def test_why_it_is_released_has_to_be_said(page: Client, held: UUID) -> None:
    assert page.post(f"/switches/~held/{held}/release/").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not HeldRelease.objects.exists()


@pytest.mark.parametrize("note", ["a\0b", " ", "x" * 2001])
def test_what_is_no_reason_is_refused(page: Client, held: UUID, note: str) -> None:
    answer = page.post(f"/switches/~held/{held}/release/", {"note": note})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not HeldRelease.objects.exists()


def test_a_careful_one_that_cannot_be_adopted_is_released_by_two(page: Client, admin: User, now: datetime) -> None:
    stop = ActiveStop(uuid7.new(), scopes.tenant_key(UUID(int=9)), "safety", "off")
    gateway("gateway-1", applied=1, at=now)
    Process.objects.update(held_stops=[to_wire(stop)])
    assert "two people release it" in text(page.get("/switches/"))
    assert page.post(f"/switches/~held/{stop.id}/adopt/").status_code == HTTPStatus.NOT_FOUND
    said = text(page.post(f"/switches/~held/{stop.id}/release/", {"note": "a slip"}, follow=True))
    assert "stays off until another person releases it as well" in said
    assert "“a slip” Now another person has to." in said
    assert f"/switches/~held/{stop.id}/" not in said
    other = Client()
    other.force_login(admin)
    assert "has: “a slip”" in text(other.get("/switches/"))
    said = text(other.post(f"/switches/~held/{stop.id}/release/", {"note": "a slip"}, follow=True))
    assert ("run again" in said, "does not know" in said) == (True, False)


@pytest.mark.parametrize("step", ["adopt", "release"])
def test_an_engineer_decides_nothing(client: Client, engineer: User, held: UUID, step: str) -> None:
    client.force_login(engineer)
    assert client.post(f"/switches/~held/{held}/{step}/", {"note": "mine"}).status_code == HTTPStatus.FORBIDDEN
    assert not Stop.objects.exists()
