from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from costs.endusers import user_key
from costs.models import MinuteTraffic
from costs.records import Outcome
from gateway.services import declare_model, declare_provider
from killswitch.models import Stop, StopEvent
from killswitch.models.stop import GLASS
from killswitch.targets import Target
from killswitch.views import detail, waiting
from killswitch.views.proof import prove
from tenants.actors import SYSTEM, Actor, ActorKind
from tenants.models import Feature, Tenant, User
from tests.costs.factories import make_finished, make_opened, make_stopped, record
from tests.factories import actor_of
from tests.killswitch.factories import make_stop, stop_at
from tests.killswitch.switches.asking import Soon, gateway, order, text


def test_the_proof_says_who_confirmed_and_what_was_cut(page: Client, acme: Tenant, support: User) -> None:
    page.post("/switches/acme/off/", order(acme))
    event = StopEvent.objects.get(stop__tenant=acme)
    gateway("gateway-1", applied=event.revision, at=event.recorded_at + timedelta(milliseconds=40), cut=2)
    gateway("gateway-2", applied=event.revision, at=event.recorded_at + timedelta(milliseconds=30), cut=1)
    shown = text(page.get("/switches/acme/"))
    assert "AI is off for Acme Robotics." in shown
    assert "All 2 workers confirmed" in shown
    assert "; 3 answers cut; no answers since" in shown
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


@pytest.fixture
def jane(acme: Tenant, support: User, now: datetime) -> Stop:
    """Of one person, an hour and a half old."""
    return stop_at(
        Target.user(acme, user_key(acme.pk, "jane")), by=actor_of(support), at=now - timedelta(minutes=90)
    )  # fmt: skip


def ended(stop: Stop, *, at: datetime, **values: Any) -> None:
    """A call of Jane: refused by this stop, unless it is said otherwise."""
    opened = make_opened(at=at, tenant=stop.tenant_id, user="jane")
    record(make_stopped(opened, **{"stop_id": stop.pk, **values}))


def test_of_a_person_it_says_from_when_on_nothing_was_answered(page: Client, jane: Stop, now: datetime) -> None:
    gateway("gateway-1", applied=jane.revision, at=now)
    ended(jane, at=now + timedelta(seconds=2))
    ended(jane, at=now + timedelta(seconds=2), stop_id=uuid4())
    shown = text(page.get(f"/switches/acme/~user/{jane.subject}/"))
    assert "; no answers since" in shown
    assert "; 1 call refused." in shown


def test_of_a_person_whose_calls_got_through_it_alarms(page: Client, jane: Stop, now: datetime) -> None:
    gateway("gateway-1", applied=jane.revision, at=now)
    ended(jane, at=now + timedelta(seconds=2), outcome=Outcome.OK)
    shown = text(page.get(f"/switches/acme/~user/{jane.subject}/"))
    assert "1 call got through since" in shown
    assert "AI should be off for" in shown
    assert "Calls got through</span>" in shown


@pytest.mark.parametrize(("other", "said"), [("large", True), ("small", False)])
def test_of_a_model_it_is_said_where_its_calls_can_be_told_from_others(
    page: Client, acme: Tenant, support: User, now: datetime, other: str, said: bool
) -> None:
    declare_provider("acme-ai", name="Acme AI", base_url="https://acme-ai.example/v1", by=SYSTEM)
    declare_model("mini", provider="acme-ai", upstream="small", by=SYSTEM)
    declare_model("alias", provider="acme-ai", upstream=other, by=SYSTEM)
    stop = stop_at(Target.model("mini"), by=actor_of(support), at=now)
    gateway("gateway-1", applied=stop.revision, at=now)
    assert ("; no answers since" in text(page.get("/switches/~model/mini/"))) is said


def test_an_answer_of_a_model_that_is_stopped_is_found_by_its_providers_name_of_it(
    page: Client, acme: Tenant, answers: Feature, support: User, now: datetime
) -> None:
    declare_provider("acme-ai", name="Acme AI", base_url="https://acme-ai.example/v1", by=SYSTEM)
    declare_model("mini", provider="acme-ai", upstream="small-2026", by=SYSTEM)
    stop = stop_at(Target.model("mini"), by=actor_of(support), at=now)
    gateway("gateway-1", applied=stop.revision, at=now)
    opened = make_opened(at=now + timedelta(seconds=2), tenant=acme.pk, feature=answers.pk)
    record(make_finished(opened, model="small-2026", provider="acme-ai"))
    assert "1 call got through since" in text(page.get("/switches/~model/mini/"))


def test_what_is_not_confirmed_only_should_be_off(
    page: Client, acme: Tenant, support: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("killswitch.views.proof.ALARM", timedelta(0))
    monkeypatch.setattr("killswitch.views.waiting.ALARM", timedelta(0))
    stop = make_stop(acme, by=actor_of(support), at=now)
    gateway("gateway-1", applied=stop.revision, at=now)
    gateway("gateway-2", applied=stop.revision - 1, at=now)
    shown = text(page.get("/switches/acme/"))
    assert "<b>AI should be off for Acme Robotics.</b>" in shown
    assert "Not confirmed</span>" in shown
    assert "Off</span>" not in shown
    assert "UTC. Not confirmed by gateway-2: calls may still run." in shown
    assert "AI is off for" not in shown
    assert "Not confirmed</span>" in text(page.get("/switches/"))


def test_while_the_page_waits_its_state_and_the_message_go_along(
    page: Client, acme: Tenant, support: User, now: datetime
) -> None:
    stop = make_stop(acme, by=actor_of(support), at=now)
    gateway("gateway-1", applied=stop.revision, at=now)
    gateway("gateway-2", applied=stop.revision - 1, at=now)
    part = text(page.get("/switches/acme/proof/"))
    assert '<span id="standing" hx-swap-oob="true">' in part
    assert "1 of 2 workers confirmed so far. Reason:" in part
    assert "hx-swap-oob" not in text(page.get("/switches/acme/"))


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
    glass = Actor(ActorKind.SYSTEM, f"{GLASS}root@host", "break-glass: root@host", is_over_all=True)
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
    assert "no answers since" in shown
    assert "got through" not in shown


def test_broken_glass_is_late_only_after_it_was_taken_in(taken_in: Stop, everything: None, now: datetime) -> None:
    gateway("gateway-1", applied=taken_in.revision - 1, at=now)
    event = taken_in.events.get()
    assert not prove(event, at=event.recorded_at + timedelta(seconds=4)).is_late
    assert prove(event, at=event.recorded_at + timedelta(seconds=6)).is_late
    assert waiting.unconfirmed(event.recorded_at + timedelta(seconds=4)) == set()
    assert waiting.unconfirmed(event.recorded_at + timedelta(seconds=6)) == {taken_in.tenant_id}
