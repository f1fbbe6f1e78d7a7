"""The alarm of a change that is not confirmed, and the word that it is after all."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from killswitch import services
from killswitch.models import Notice, Stop
from killswitch.notices import lateness
from tenants.actors import Actor
from tenants.models import Process, Tenant
from tests.killswitch.factories import make_stop
from tests.killswitch.notices.factories import deliver, make_channel
from tests.killswitch.notices.receiver import Receiver


@pytest.fixture
def stop(operator: Tenant, acme: Tenant, by_support: Actor, receiver: Receiver, now: datetime) -> Stop:
    """Told to a channel that hears of trouble only."""
    make_channel(operator, receiver.url, at=now, news="trouble")
    return make_stop(acme, by=by_support, at=now)


def gateway(name: str, *, applied: int, seen_at: datetime) -> Process:
    return Process.objects.create(
        id=uuid4(), kind="gateway", name=name, host="here", pid=1, started_at=seen_at, seen_at=seen_at,
        stops_revision=applied, config_revision=1, push_works=True, open_calls=0,
    )  # fmt: skip


def recorded(stop: Stop) -> datetime:
    return stop.events.latest("version").recorded_at


def stops_on_end(tenant: Tenant, by: Actor, at: datetime) -> None:
    for _ in range(20):
        services.lift(make_stop(tenant, by=by, at=at), by=by, at=at)


def look(at: datetime) -> None:
    """As every five seconds."""
    lateness.tell_late(at=at)
    lateness.tell_confirmed(at=at)
    deliver(at)


def test_nothing_is_said_within_five_seconds(stop: Stop, receiver: Receiver) -> None:
    at = recorded(stop) + timedelta(seconds=4.9)
    gateway("gateway-1", applied=stop.revision - 1, seen_at=at)
    look(at)
    assert receiver.texts == []


def test_who_has_not_confirmed_is_named_once(stop: Stop, receiver: Receiver) -> None:
    at = recorded(stop) + timedelta(seconds=6)
    gateway("gateway-1", applied=stop.revision, seen_at=at)
    gateway("gateway-2", applied=stop.revision - 1, seen_at=at)
    gateway("gateway-3", applied=stop.revision - 1, seen_at=at - timedelta(minutes=1))
    look(at)
    look(at + timedelta(seconds=5))
    assert receiver.texts == ["Not confirmed: calls may still run on gateway-2 and gateway-3 (Acme Robotics)"]
    section = receiver.got[0].json["blocks"][0]["text"]["text"]
    assert "gateway-2 answers, and runs without this change." in section
    assert "gateway-3 lost contact" in section
    assert receiver.got[0].json["metadata"]["event_payload"]["laggards"] == ["gateway-2"]


def test_it_is_told_when_all_have_after_all(stop: Stop, receiver: Receiver) -> None:
    at = recorded(stop) + timedelta(seconds=6)
    late = gateway("gateway-1", applied=stop.revision - 1, seen_at=at)
    look(at)
    Process.objects.filter(pk=late.pk).update(stops_revision=stop.revision)
    look(at + timedelta(seconds=5))
    look(at + timedelta(seconds=10))
    assert receiver.texts[1:] == ["Confirmed after all: AI is off for Acme Robotics"]
    assert "1 gateway confirmed the change of" in receiver.got[1].json["blocks"][0]["text"]["text"]


def test_one_that_ended_is_said_to_have_ended(stop: Stop, receiver: Receiver) -> None:
    at = recorded(stop) + timedelta(seconds=6)
    gateway("gateway-1", applied=stop.revision, seen_at=at)
    late = gateway("gateway-2", applied=stop.revision - 1, seen_at=at)
    look(at)
    late.delete()
    look(at + timedelta(seconds=5))
    assert "gateway-2 has ended." in receiver.got[1].json["blocks"][0]["text"]["text"]


def test_a_late_lift_is_told_as_one(stop: Stop, by_support: Actor, receiver: Receiver, now: datetime) -> None:
    services.lift(stop, by=by_support, at=now)
    at = recorded(stop) + timedelta(seconds=6)
    gateway("gateway-1", applied=stop.revision - 1, seen_at=at)
    look(at)
    assert receiver.texts == ["Not confirmed: some may still be refused on gateway-1 (Acme Robotics)"]


def test_without_gateways_there_is_nobody_to_wait_for(stop: Stop) -> None:
    look(recorded(stop) + timedelta(seconds=6))
    assert not Notice.objects.exists()


def test_while_the_same_process_is_lost_later_stops_alarm_nobody_again(
    stop: Stop, globex: Tenant, by_support: Actor, receiver: Receiver, now: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    at = recorded(stop) + timedelta(seconds=6)
    gateway("gateway-1", applied=100_000_000, seen_at=at)
    lost = gateway("gateway-2", applied=stop.revision - 1, seen_at=at - timedelta(minutes=1))
    look(at)
    stops_on_end(globex, by_support, now)
    later = datetime.now(at.tzinfo) + timedelta(seconds=6)
    with django_assert_max_num_queries(12):
        assert lateness.tell_late(at=later) + lateness.tell_confirmed(at=later) == 0
    Process.objects.filter(pk=lost.pk).update(stops_revision=100_000_000)
    look(later)
    look(later + timedelta(seconds=5))
    assert receiver.texts == [
        "Not confirmed: calls may still run on gateway-2 (Acme Robotics)",
        "Confirmed after all: AI is off for Acme Robotics",
    ]


def test_another_process_that_lags_is_another_alarm_and_all_are_confirmed_once(
    stop: Stop, globex: Tenant, by_support: Actor, receiver: Receiver, now: datetime
) -> None:
    at = recorded(stop) + timedelta(seconds=6)
    gateway("gateway-1", applied=stop.revision - 1, seen_at=at)
    gateway("gateway-2", applied=stop.revision, seen_at=at)
    look(at)
    make_stop(globex, by=by_support, at=now)
    later = datetime.now(at.tzinfo) + timedelta(seconds=6)
    look(later)
    Process.objects.update(stops_revision=100_000_000)
    look(later + timedelta(seconds=5))
    look(later + timedelta(seconds=10))
    assert receiver.texts == [
        "Not confirmed: calls may still run on gateway-1 (Acme Robotics)",
        "Not confirmed: calls may still run on gateway-1 and gateway-2 (Globex Shipping)",
        "Confirmed after all: AI is off for Globex Shipping",
    ]


def test_it_is_confirmed_once_later_changes_are_too(
    stop: Stop, globex: Tenant, by_support: Actor, receiver: Receiver, now: datetime
) -> None:
    at = recorded(stop) + timedelta(seconds=6)
    late = gateway("gateway-1", applied=stop.revision - 1, seen_at=at)
    look(at)
    make_stop(globex, by=by_support, at=now)
    Process.objects.filter(pk=late.pk).update(stops_revision=stop.revision)
    look(datetime.now(at.tzinfo) + timedelta(seconds=6))
    assert len(receiver.texts) == 1


def test_a_tenants_channel_is_alarmed_of_its_own_stops_only(
    stop: Stop, acme: Tenant, globex: Tenant, receiver: Receiver, now: datetime
) -> None:
    theirs = make_channel(acme, receiver.url, at=now, news="trouble")
    make_channel(globex, receiver.url, at=now, news="trouble")
    at = recorded(stop) + timedelta(seconds=6)
    gateway("gateway-1", applied=stop.revision - 1, seen_at=at)
    look(at)
    assert set(Notice.objects.values_list("channel__tenant__slug", flat=True)) == {"_operator", "acme"}
    assert Notice.objects.filter(channel=theirs).count() == 1


def test_a_tenants_channel_hears_how_many_gateways_those_are_and_not_which(
    acme: Tenant, operator: Tenant, by_support: Actor, receiver: Receiver, now: datetime
) -> None:
    make_channel(acme, receiver.url, at=now, news="trouble")
    stop = make_stop(acme, by=by_support, at=now)
    at = recorded(stop) + timedelta(seconds=6)
    behind = gateway("gateway-1", applied=stop.revision - 1, seen_at=at)
    lost = gateway("gateway-2", applied=stop.revision - 1, seen_at=at - timedelta(minutes=1))
    look(at)
    look(at + timedelta(seconds=5))
    Process.objects.filter(pk=behind.pk).update(stops_revision=stop.revision)
    lost.delete()
    look(at + timedelta(seconds=10))
    assert receiver.texts == [
        "Not confirmed: calls may still run on 2 gateways (Acme Robotics)",
        "Confirmed after all: AI is off for Acme Robotics",
    ]
    assert "gateway-" not in "".join(each.body.decode() for each in receiver.got)
    assert not any(str(each) in receiver.got[0].body.decode() for each in (behind.pk, lost.pk))


def test_stops_of_drills_alarm_nobody(acme: Tenant, operator: Tenant, by_support: Actor, now: datetime) -> None:
    make_channel(operator, "https://hooks.example/abc", at=now, with_drills=True, news="trouble")
    stop = make_stop(acme, by=by_support, at=now, origin=Stop.Origin.DRILL)
    at = recorded(stop) + timedelta(seconds=6)
    gateway("gateway-1", applied=stop.revision - 1, seen_at=at)
    look(at)
    assert not Notice.objects.exists()
