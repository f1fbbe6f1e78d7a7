"""What only processes hold, on the list of switches: adopted or released by whoever may stop everyone."""

from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from aiops.lib import uuid7
from killswitch import scopes
from killswitch.breakglass.folder import Folder
from killswitch.breakglass.order import GlassOrder
from killswitch.guard import ActiveStop
from killswitch.models import HeldRelease, Stop
from killswitch.targets import Target
from killswitch.wire import to_wire
from tenants.actors import SYSTEM
from tenants.models import Process, Tenant, User
from tests.factories import actor_of
from tests.killswitch.factories import make_stop, stop_at
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


REFUSED = "Calls are still refused: a stop of Acme Robotics (cost) is in force that the database does not know."


def test_turned_back_on_it_is_not_called_on_while_gateways_hold_it_off(
    page: Client, acme: Tenant, held: UUID, support: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(support), at=now)
    shown = text(page.post("/switches/acme/on/", follow=True))
    assert (REFUSED in shown, 'href="/switches/#held"' in shown) == (True, True)
    assert ("back on" in shown.split("Last changes")[0], "AI is on for" in shown) == (False, False)
    assert REFUSED in text(page.get("/switches/acme/proof/"))


def test_a_tenants_own_people_read_that_too_and_whom_to_ask(client: Client, viewer: User, held: UUID) -> None:
    client.force_login(viewer)
    shown = text(client.get("/switches/acme/"))
    assert (REFUSED in shown, "Somebody who may stop everyone has to adopt or release it." in shown) == (True, True)
    assert ("gateway-1" in shown, 'href="/switches/#held"' in shown) == (False, False)


def test_nothing_is_said_of_what_it_does_not_cover(page: Client, globex: Tenant, held: UUID) -> None:
    assert "still refused" not in text(page.get("/switches/globex/"))


def test_broken_glass_that_is_adopted_here_stays_that_of_who_broke_it(
    page: Client, acme: Tenant, held: UUID, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    settings.AIOPS_HOME = tmp_path
    stop = ActiveStop(held, scopes.tenant_key(acme.pk), "cost", "off")
    Folder.of(tmp_path).add(GlassOrder(stop, "court order 123", "ann@here", now))
    page.post(f"/switches/~held/{held}/adopt/")
    assert (Stop.objects.get().made_by_label, Stop.objects.get().note) == ("break-glass: ann@here", "court order 123")


def test_what_is_no_more_has_its_page_while_it_is_stopped(page: Client, operator: Tenant, now: datetime) -> None:
    assert page.get("/switches/~model/nosuch/").status_code == HTTPStatus.NOT_FOUND
    stop_at(Target.model("nosuch"), by=SYSTEM, at=now)
    assert "nosuch is off." in text(page.get("/switches/~model/nosuch/"))
