"""A held stop that is adopted stays that of whoever made it, as far as that is known here."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aiops.lib import uuid7
from killswitch import services
from killswitch.breakglass.folder import Folder
from killswitch.breakglass.order import GlassOrder
from killswitch.breakglass.reconcile import adopt, reconcile
from killswitch.guard import ActiveStop
from killswitch.models import Stop, StopEvent
from killswitch.scopes import Mode, tenant_key
from tenants.actors import Actor, ActorKind
from tenants.models import Tenant, User
from tests.factories import actor_of
from tests.killswitch.factories import make_stop
from tests.killswitch.test_held import held_by

KEY = Actor(ActorKind.KEY, "a-key", "a key", is_over_all=True)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder.of(tmp_path)


def held(acme: Tenant, at: datetime, **values: Any) -> ActiveStop:
    """Made an hour ago."""
    stop = ActiveStop(
        uuid7.new(at - timedelta(hours=1)), tenant_key(acme.pk), **{"reason": "legal", "message": "Off.", **values}
    )
    held_by(stop, "gateway-1", at=at)
    return stop


def broken(acme: Tenant, folder: Folder, at: datetime, **values: Any) -> GlassOrder:
    """And the worker has not taken it in yet."""
    order = GlassOrder(held(acme, at, **values), "court order 123", "ann@here", at - timedelta(hours=1))
    folder.add(order)
    return order


def adopted(stop: ActiveStop, folder: Folder, *, by: Actor, at: datetime, note: str = "Seen.") -> services.StopResult:
    return adopt(services.find_held(stop.id), folder, note=note, origin=Stop.Origin.API, by=by, at=at)


@pytest.mark.parametrize("reason", ["legal", "looking"])
def test_whose_order_lies_in_the_folder_is_of_whoever_broke_the_glass(
    acme: Tenant, folder: Folder, now: datetime, reason: str
) -> None:
    order = broken(acme, folder, now, reason=reason)
    result = adopted(order.stop, folder, by=KEY, at=now)
    stop = Stop.objects.get()
    assert (stop.pk, stop.reason, stop.origin, stop.note) == (order.stop.id, reason, "break_glass", "court order 123")
    assert (stop.made_by_label, stop.made_at) == ("break-glass: ann@here", order.at)
    assert stop.review_at == order.at + timedelta(hours=24)
    assert stop.takes_two == (reason == "legal")
    assert (result.revision, result.stop.version) == (stop.revision, 2)


def test_who_adopted_it_is_in_its_history_and_the_file_is_done(acme: Tenant, folder: Folder, now: datetime) -> None:
    order = broken(acme, folder, now)
    adopted(order.stop, folder, by=KEY, at=now)
    last = StopEvent.objects.latest("version")
    assert (last.actor_label, last.note, last.is_note) == ("a key", "Seen.", True)
    assert folder.waiting() == []
    assert reconcile(folder, at=now) == 0


def test_written_by_hand_under_another_name_it_is_found(acme: Tenant, folder: Folder, now: datetime) -> None:
    order = broken(acme, folder, now)
    folder.file_of(order.stop.id).rename(folder.path / "stop-acme.json")
    (folder.path / "a.json").write_bytes(b"{")
    adopted(order.stop, folder, by=KEY, at=now)
    assert Stop.objects.get().note == "court order 123"


def test_careful_without_a_file_it_takes_two_people_and_is_reviewed(
    acme: Tenant, folder: Folder, by_support: Actor, admin: User, now: datetime
) -> None:
    stop = held(acme, now)
    adopted(stop, folder, by=by_support, at=now, note=" ")
    made = Stop.objects.get()
    assert (made.takes_two, made.made_by_label, made.origin) == (True, "Somebody unknown", "api")
    assert made.made_at == pytest.approx(now - timedelta(hours=1), abs=timedelta(seconds=1))
    assert made.review_at == made.made_at + timedelta(hours=24)
    assert StopEvent.objects.latest("version").actor_label == by_support.label
    for actor in (KEY, by_support):
        with pytest.raises(services.NeedsAnother):
            services.lift(made, by=actor, at=now)
    services.review(made, by=by_support, note="True.", at=now)
    assert services.lift(made, by=actor_of(admin), at=now).lifted


def test_without_a_file_for_another_reason_it_is_of_who_adopts_it(
    acme: Tenant, folder: Folder, by_support: Actor, now: datetime
) -> None:
    adopted(held(acme, now, reason="cost"), folder, by=by_support, at=now)
    made = Stop.objects.get()
    assert (made.made_by_label, made.note, made.version) == (by_support.label, "Seen.", 1)


def test_careful_over_a_stop_that_is_there_that_one_takes_two(
    acme: Tenant, folder: Folder, by_support: Actor, now: datetime
) -> None:
    there = make_stop(acme, by=by_support, at=now, mode=Mode.CANNED)
    result = adopted(held(acme, now), folder, by=KEY, at=now)
    there.refresh_from_db()
    assert (result.joined, there.takes_two, there.mode) == (True, True, Mode.REFUSE)
    assert services.held() == []
