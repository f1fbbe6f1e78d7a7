"""PostgreSQL itself keeps a tenant's stops from other tenants, whatever a query forgets; guards see all of them."""

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from killswitch import snapshot
from killswitch.models import HeldRelease, Stop, StopEvent
from killswitch.targets import Target
from tenants.actors import Actor
from tenants.models import Tenant
from tenants.scope import scope
from tests.killswitch.factories import make_stop, stop_at


@pytest.fixture
def stops(acme: Tenant, globex: Tenant, by_support: Actor, now: datetime) -> dict[str, Stop]:
    HeldRelease.objects.create(stop_id=uuid4(), target="*", released_at=now, released_by="support")
    return {
        "acme": make_stop(acme, by=by_support, at=now),
        "globex": make_stop(globex, by=by_support, at=now),
        "everyone": stop_at(Target.everything(), by=by_support, at=now),
    }


@pytest.fixture
def unscoped(stops: dict[str, Stop]) -> Iterator[None]:
    """As a connection is that nobody has told for whom it asks."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.tenants = ''")
        yield
        cursor.execute("SET LOCAL app.tenants = '*'")


def test_a_tenant_sees_its_own_stops_and_that_something_is_off_for_everyone(
    stops: dict[str, Stop], acme: Tenant
) -> None:
    with scope([acme.pk]):
        assert set(Stop.objects.all()) == {stops["acme"], stops["everyone"]}
        assert {event.stop for event in StopEvent.objects.all()} == {stops["acme"]}
        assert not HeldRelease.objects.exists()
    with scope(()):
        assert (Stop.objects.get(), StopEvent.objects.count()) == (stops["everyone"], 0)


def test_what_is_not_a_tenants_it_neither_changes_nor_makes(stops: dict[str, Stop], acme: Tenant) -> None:
    with scope([acme.pk]):
        others = Stop.objects.filter(pk__in=[stops["globex"].pk, stops["everyone"].pk])
        assert others.update(message="mine") == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            HeldRelease.objects.create(stop_id=uuid4(), target="*", released_at=stops["acme"].made_at, released_by="me")
    stops["globex"].refresh_from_db()
    assert stops["globex"].message != "mine"


@pytest.mark.usefixtures("unscoped")
def test_what_guards_read_is_all_of_it_in_no_scope(stops: dict[str, Stop]) -> None:
    assert set(snapshot.read().by_target) == {stop.target for stop in stops.values()}


def test_over_all_everything_is_seen(stops: dict[str, Stop]) -> None:
    assert (Stop.objects.count(), StopEvent.objects.count(), HeldRelease.objects.count()) == (3, 3, 1)
