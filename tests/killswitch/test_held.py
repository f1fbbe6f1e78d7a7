"""What processes hold in force and PostgreSQL does not know: who decides, and what becomes of it."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from aiops.lib import uuid7
from killswitch import services, snapshot
from killswitch.guard import ActiveStop
from killswitch.inflight import Inflight
from killswitch.lookups import adoption_of, order_of
from killswitch.models import HeldRelease, Stop
from killswitch.scopes import Mode, tenant_key
from killswitch.snapshot import StopsSnapshot
from killswitch.wire import to_wire
from tenants.actors import Actor
from tenants.models import AuditEntry, Process, Tenant, User
from tenants.refusals import Conflict, Invalid, NotFound
from tests.factories import actor_of
from tests.killswitch.factories import make_stop


def held_by(stop: ActiveStop, *names: str, at: datetime) -> None:
    for name in names:
        Process.objects.create(
            id=uuid4(), kind="gateway", name=name, host="here", pid=1, started_at=at, seen_at=at, stops_revision=1,
            config_revision=1, push_works=True, open_calls=0, held_stops=[to_wire(stop)],
        )  # fmt: skip


def stop_of(target: str, *, at: datetime, **values: Any) -> ActiveStop:
    return ActiveStop(uuid7.new(at), target, values.pop("reason", "answers"), "AI is paused.", **values)


@pytest.fixture
def lost(acme: Tenant, now: datetime) -> ActiveStop:
    """Two gateways stopped acme before the database was restored from a backup that does not know of it."""
    stop = stop_of(tenant_key(acme.pk), at=now, mode=Mode.HANDOFF)
    held_by(stop, "gateway-1", "gateway-2", at=now)
    return stop


def adopt(stop: ActiveStop, *, by: Actor, at: datetime) -> services.StopResult:
    return services.adopt(order_of(stop), by=by, at=at)


def release(stop: ActiveStop, *, by: Actor, at: datetime, note: str = "It was a test.") -> HeldRelease | None:
    """As a door that found it a moment ago."""
    held = services.Held(stop, ("gateway-1",))
    return services.release(held, adoption_of(held, at=at), by=by, note=note, at=at)


def test_it_is_told_once_with_who_holds_it_and_since_when(lost: ActiveStop, now: datetime) -> None:
    (found,) = services.held()
    assert (found.stop, found.processes) == (lost, ("gateway-1", "gateway-2"))
    assert abs(found.since - now).total_seconds() < 1


@pytest.mark.parametrize("wrong", [5, {}, {"id": "x"}, {"id": "f" * 32, "target": "*", "reason": "", "message": ""}])
def test_one_that_cannot_be_read_hides_no_other(lost: ActiveStop, wrong: Any) -> None:
    Process.objects.filter(name="gateway-1").update(held_stops=[wrong, to_wire(lost)])
    (found,) = services.held()
    assert (found.stop, found.processes) == (lost, ("gateway-1", "gateway-2"))


def test_what_postgresql_knows_by_now_is_not_held(lost: ActiveStop, by_support: Actor, now: datetime) -> None:
    adopt(lost, by=by_support, at=now)
    assert services.held() == []


def test_adopted_it_is_a_stop_like_any_other_under_its_id(lost: ActiveStop, by_support: Actor, now: datetime) -> None:
    adopt(lost, by=by_support, at=now)
    assert snapshot.read().by_target == {lost.target: lost}
    assert Stop.objects.get().pk == lost.id


def test_adopted_into_another_stop_it_is_released_and_the_other_is_as_strict(
    lost: ActiveStop, acme: Tenant, by_support: Actor, now: datetime
) -> None:
    there = make_stop(acme, by=by_support, at=now, mode=Mode.CANNED)
    result = adopt(lost, by=by_support, at=now)
    assert (result.joined, result.stop.pk) == (True, there.pk)
    found = snapshot.read([lost.id])
    assert (found.settled, found.by_target[lost.target].mode) == ({lost.id}, Mode.HANDOFF)


def test_it_is_adopted_once(lost: ActiveStop, by_support: Actor, now: datetime) -> None:
    adopt(lost, by=by_support, at=now)
    with pytest.raises(Conflict):
        adopt(lost, by=by_support, at=now)


def test_released_it_leaves_and_that_is_on_record(lost: ActiveStop, by_support: Actor, now: datetime) -> None:
    release(lost, by=by_support, at=now)
    assert snapshot.read([lost.id]).settled == {lost.id}
    entry = AuditEntry.objects.of(Tenant.objects.operator()).latest("seq")
    assert (entry.action, entry.actor_id) == ("stop.released", by_support.id)
    assert "It was a test." in str(entry.payload)
    with pytest.raises(Conflict):
        adopt(lost, by=by_support, at=now)


def test_released_by_two_at_once_it_is_on_record_once(
    lost: ActiveStop, by_support: Actor, admin: User, now: datetime
) -> None:
    first = release(lost, by=by_support, at=now)
    assert release(lost, by=actor_of(admin), at=now) == first
    assert AuditEntry.objects.of(Tenant.objects.operator()).filter(action="stop.released").count() == 1


def test_a_release_says_why(lost: ActiveStop, by_support: Actor, now: datetime) -> None:
    with pytest.raises(Invalid):
        release(lost, by=by_support, at=now, note=" ")
    assert services.held()


@pytest.mark.parametrize("reason", Stop.CAREFUL)
def test_one_for_safety_privacy_or_law_is_adopted_and_not_released(
    acme: Tenant, by_support: Actor, now: datetime, reason: str
) -> None:
    careful = stop_of(tenant_key(acme.pk), at=now, reason=reason)
    held_by(careful, "gateway-1", at=now)
    with pytest.raises(Conflict, match="adopt it"):
        release(careful, by=by_support, at=now)
    adopt(careful, by=by_support, at=now)
    with pytest.raises(services.NeedsAnother):
        services.lift(Stop.objects.get(), by=by_support, at=now)


def test_a_push_tells_the_version(acme: Tenant, by_support: Actor, now: datetime) -> None:
    make_stop(acme, by=by_support, at=now)
    assert make_stop(acme, by=by_support, at=now).as_active().version == 2


def test_what_postgresql_knows_is_lifted_and_not_released(acme: Tenant, by_support: Actor, now: datetime) -> None:
    known = make_stop(acme, by=by_support, at=now).as_active()
    with pytest.raises(Conflict, match="lift it"):
        release(known, by=by_support, at=now)


def test_what_nobody_holds_is_not_found(operator: Tenant) -> None:
    with pytest.raises(NotFound):
        services.find_held(uuid4())


def test_a_process_tells_what_it_holds(acme: Tenant, now: datetime) -> None:
    stop, process = stop_of(tenant_key(acme.pk), at=now), StopsSnapshot(Inflight())
    process.hold(stop)
    assert process.held_on_wire() == [to_wire(stop)]
