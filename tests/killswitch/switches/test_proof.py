from datetime import datetime, timedelta

import pytest
from django.test import Client

from costs.models import MinuteTraffic
from killswitch.models import Stop, StopEvent
from killswitch.models.stop import GLASS
from killswitch.views import detail, waiting
from killswitch.views.proof import prove
from tenants.actors import Actor, ActorKind
from tenants.models import Feature, Tenant, User
from tests.factories import actor_of
from tests.killswitch.factories import make_stop
from tests.killswitch.switches.asking import Soon, gateway, order, text


def test_the_proof_says_who_confirmed_and_what_was_cut(page: Client, acme: Tenant, support: User) -> None:
    page.post("/switches/acme/off/", order(acme))
    event = StopEvent.objects.get(stop__tenant=acme)
    gateway("gateway-1", applied=event.revision, at=event.recorded_at + timedelta(milliseconds=40), cut=2)
    gateway("gateway-2", applied=event.revision, at=event.recorded_at + timedelta(milliseconds=30), cut=1)
    shown = text(page.get("/switches/acme/"))
    assert "AI is off for Acme Robotics." in shown
    assert "All 2 workers confirmed" in shown
    assert "; 3 answers cut; no calls since" in shown
    assert "every 500ms" not in shown


def test_until_all_have_confirmed_it_asks_again(page: Client, acme: Tenant) -> None:
    page.post("/switches/acme/off/", order(acme))
    event = StopEvent.objects.get(stop__tenant=acme)
    gateway("gateway-1", applied=event.revision, at=event.recorded_at)
    gateway("gateway-2", applied=event.revision - 1, at=event.recorded_at)
    shown = text(page.get("/switches/acme/proof/"))
    assert "1 of 2 workers confirmed so far" in shown
    assert 'hx-trigger="every 500ms"' in shown
    assert 'role="alert"' not in shown


def test_after_five_seconds_it_alarms_and_names_who_is_late(
    page: Client, acme: Tenant, support: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = make_stop(acme, by=actor_of(support), at=now)
    gateway("gateway-1", applied=stop.revision - 1, at=now)
    gateway("gateway-2", applied=stop.revision - 1, at=now - timedelta(minutes=2))
    monkeypatch.setattr(detail, "datetime", Soon)
    shown = text(page.get("/switches/acme/"))
    assert 'role="alert"' in shown
    assert "Not confirmed: calls may still run" in shown
    assert "0 of 2 workers confirmed." in shown
    assert "Not yet: gateway-1." in shown
    assert "Lost contact: gateway-2." in shown
    assert 'class="note alarm"' in shown
    assert 'action="/switches/acme/retry/"' in shown
    assert "aiops kill --break-glass --tenant acme</code>" in shown


def test_what_is_confirmed_is_no_alarm(page: Client, acme: Tenant, support: User, now: datetime) -> None:
    stop = make_stop(acme, by=actor_of(support), at=now - timedelta(seconds=6))
    gateway("gateway-1", applied=stop.revision, at=now)
    shown = text(page.get("/switches/acme/"))
    assert 'class="note bad"' in shown
    assert "alarm" not in shown
    assert "Retry" not in shown


def test_who_joined_and_their_note_stand_in_the_banner(
    page: Client, acme: Tenant, support: User, colleague: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(support), at=now, note="odd answers")
    make_stop(acme, by=actor_of(colleague), at=now, reason=Stop.Reason.COST, note="bill doubled")
    shown = text(page.get("/switches/acme/proof/"))
    assert "Looking into it · stays off until someone turns it on · “odd answers”" in shown
    assert f"Joined by {colleague}" in shown
    assert "Cost · “bill doubled”" in shown


def test_calls_that_got_through_all_the_same_raise_an_alarm(
    page: Client, acme: Tenant, answers: Feature, support: User, now: datetime
) -> None:
    stop = make_stop(acme, by=actor_of(support), at=now)
    gateway("gateway-1", applied=stop.revision, at=now)
    minute = now.replace(second=0, microsecond=0) + timedelta(minutes=2)
    MinuteTraffic.objects.create(
        tenant=acme, minute=minute, feature=answers, calls=5, errors=0, stopped=3, last_at=minute
    )
    shown = text(page.get("/switches/acme/"))
    assert "2 calls got through" in shown
    assert 'role="alert"' in shown


def test_features_under_a_tenants_stop_are_held_off(
    page: Client, acme: Tenant, answers: Feature, support: User, now: datetime
) -> None:
    make_stop(acme, by=actor_of(support), at=now)
    shown = text(page.get("/switches/acme/"))
    assert "Held off" in shown
    assert "Turn off<span" not in shown


def test_the_last_changes_name_their_audit_entries(page: Client, acme: Tenant, support: User, now: datetime) -> None:
    stop = make_stop(acme, by=actor_of(support), at=now)
    shown = text(page.get("/switches/acme/"))
    assert f"audit {stop.events.get().audit_seq}</a>" in shown


@pytest.fixture
def taken_in(acme: Tenant, now: datetime) -> Stop:
    """Made by breaking the glass an hour ago; until PostgreSQL was back, others did not know of it."""
    glass = Actor(ActorKind.SYSTEM, f"{GLASS}root@host", "break-glass: root@host")
    return make_stop(acme, by=glass, at=now - timedelta(hours=1), origin=Stop.Origin.BREAK_GLASS)


def test_calls_of_before_broken_glass_was_taken_in_got_through_nothing(
    page: Client, taken_in: Stop, acme: Tenant, answers: Feature, now: datetime
) -> None:
    gateway("gateway-1", applied=taken_in.revision, at=now)
    minute = now.replace(second=0, microsecond=0) - timedelta(minutes=30)
    MinuteTraffic.objects.create(
        tenant=acme, minute=minute, feature=answers, calls=5, errors=0, stopped=0, last_at=minute
    )
    shown = text(page.get("/switches/acme/"))
    assert "no calls since" in shown
    assert "got through" not in shown


def test_broken_glass_is_late_only_after_it_was_taken_in(taken_in: Stop, everything: None, now: datetime) -> None:
    gateway("gateway-1", applied=taken_in.revision - 1, at=now)
    event = taken_in.events.get()
    assert not prove(event, at=event.recorded_at + timedelta(seconds=4)).is_late
    assert prove(event, at=event.recorded_at + timedelta(seconds=6)).is_late
    assert waiting.unconfirmed(event.recorded_at + timedelta(seconds=4)) == set()
    assert waiting.unconfirmed(event.recorded_at + timedelta(seconds=6)) == {taken_in.tenant_id}
