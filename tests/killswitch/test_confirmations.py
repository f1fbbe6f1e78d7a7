from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from killswitch.confirmations import confirmations
from killswitch.models import Stop
from tenants.actors import Actor
from tenants.models import Acknowledgement, Process, Tenant
from tests.killswitch.factories import make_stop


@pytest.fixture
def stop(acme: Tenant, by_support: Actor, now: datetime) -> Stop:
    return make_stop(acme, by=by_support, at=now)


def gateway(name: str, *, applied: int, seen_at: datetime, started_at: datetime, cut: int = 0) -> Process:
    """A gateway as it would have written itself, with its acknowledgement half a second after the stop."""
    process = Process.objects.create(
        id=uuid4(), kind="gateway", name=name, host="here", pid=1, started_at=started_at, seen_at=seen_at,
        stops_revision=applied, config_revision=1, push_works=True, open_calls=0,
    )  # fmt: skip
    Acknowledgement.objects.create(process=process, stops_revision=applied, applied_at=seen_at, cut=cut)
    return process


def test_all_gateways_confirmed_and_in_how_long(stop: Stop) -> None:
    made = stop.events.get().recorded_at
    for name, cut in (("gateway-1", 2), ("gateway-2", 1)):
        gateway(name, applied=stop.revision, seen_at=made + timedelta(milliseconds=400), started_at=made, cut=cut)
    found = confirmations(stop.revision, at=made + timedelta(seconds=1))
    assert (found.confirmed, found.total, found.seconds, found.cut, found.complete) == (2, 2, 0.4, 3, True)


def test_one_that_is_behind_is_named(stop: Stop) -> None:
    made = stop.events.get().recorded_at
    gateway("gateway-1", applied=stop.revision, seen_at=made, started_at=made)
    gateway("gateway-2", applied=stop.revision - 1, seen_at=made, started_at=made)
    found = confirmations(stop.revision, at=made + timedelta(seconds=1))
    assert (found.confirmed, found.total, found.laggards, found.seconds) == (1, 2, ("gateway-2",), None)


def test_one_that_vanished_stays_counted_as_lost(stop: Stop) -> None:
    made = stop.events.get().recorded_at
    gateway("gateway-1", applied=stop.revision - 1, seen_at=made - timedelta(minutes=1), started_at=made)
    found = confirmations(stop.revision, at=made + timedelta(seconds=1))
    assert (found.confirmed, found.total, found.lost, found.complete) == (0, 1, ("gateway-1",), False)


def test_one_started_later_does_not_stretch_the_time(stop: Stop) -> None:
    made = stop.events.get().recorded_at
    gateway("gateway-1", applied=stop.revision, seen_at=made + timedelta(seconds=0.1), started_at=made)
    later = made + timedelta(hours=9)
    gateway("gateway-2", applied=stop.revision, seen_at=later, started_at=later)
    assert confirmations(stop.revision, at=later).seconds == 0.1


def test_without_any_gateway_nothing_is_complete(stop: Stop, now: datetime) -> None:
    assert not confirmations(stop.revision, at=now).complete
