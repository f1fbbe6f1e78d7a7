"""Broken glass becomes stops like any other, and nothing comes on for it."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from killswitch import services, snapshot
from killswitch.breakglass.folder import Folder
from killswitch.breakglass.order import GlassOrder
from killswitch.breakglass.reconcile import keep_names, overdue, reconcile
from killswitch.models import Release, Stop
from killswitch.scopes import Mode, tenant_key
from tenants.actors import Actor
from tenants.models import Feature, Tenant
from tests.killswitch.breakglass.test_folder import order_of
from tests.killswitch.factories import make_stop


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder.of(tmp_path)


@pytest.fixture
def broken(folder: Folder, acme: Tenant) -> GlassOrder:
    order = order_of(tenant_key(acme.pk))
    folder.add(order)
    return order


def test_it_becomes_a_stop_with_the_same_id_that_somebody_else_looks_at(
    folder: Folder, broken: GlassOrder, now: datetime
) -> None:
    at = broken.at + timedelta(hours=1)
    assert reconcile(folder, at=at) == 1
    stop = Stop.objects.get()
    assert (stop.pk, stop.reason, stop.note, stop.origin) == (broken.stop.id, "safety", "It told lies.", "break_glass")
    assert (stop.made_by_label, stop.made_at) == ("break-glass: ann@here", broken.at)
    assert stop.review_at == broken.at + timedelta(hours=24)
    assert stop.events.get().evidence["taken_in_at"] == at.isoformat()
    assert folder.waiting() == []


def test_taken_in_twice_it_is_one_stop(folder: Folder, broken: GlassOrder, now: datetime) -> None:
    reconcile(folder, at=now)
    folder.add(broken)
    reconcile(folder, at=now)
    assert Stop.objects.get().version == 1
    assert folder.waiting() == []


def test_it_joins_a_stop_that_is_there_and_processes_may_let_go_of_its_own_id(
    folder: Folder, broken: GlassOrder, acme: Tenant, by_support: Actor, now: datetime
) -> None:
    there = make_stop(acme, by=by_support, at=now, mode=Mode.CANNED)
    reconcile(folder, at=now)
    found = snapshot.read([broken.stop.id])
    assert found.settled == {broken.stop.id}
    assert (found.by_target[broken.stop.target].id, found.by_target[broken.stop.target].mode) == (there.pk, Mode.REFUSE)
    assert Stop.objects.get().reason == "safety"


def test_one_that_was_lifted_already_is_not_made_again(
    folder: Folder, broken: GlassOrder, by_support: Actor, now: datetime
) -> None:
    reconcile(folder, at=now)
    services.lift(Stop.objects.get(), by=by_support, at=now)
    folder.add(broken)
    reconcile(folder, at=now)
    assert not Stop.objects.active().exists()
    assert not Release.objects.exists()


@pytest.mark.parametrize("target", ["tenant:00000000-0000-0000-0000-000000000009", "what:1"])
def test_what_stops_nothing_that_is_known_stays_and_is_told(
    folder: Folder, broken: GlassOrder, now: datetime, caplog: pytest.LogCaptureFixture, target: str
) -> None:
    file = folder.add(order_of(target))
    assert reconcile(folder, at=now) == 1
    assert folder.waiting() == [file]
    assert "stays in force" in caplog.text


def test_a_file_that_cannot_be_read_stays_and_holds_up_no_other(
    folder: Folder, broken: GlassOrder, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    ruined = folder.path / "00000000-0000-0000-0000-000000000001.json"
    ruined.write_bytes(b"{")
    assert reconcile(folder, at=now) == 1
    assert folder.waiting() == [ruined]
    assert "glass.not_taken_in" in caplog.text


def test_what_is_not_taken_in_for_long_is_a_fault(folder: Folder, broken: GlassOrder, now: datetime) -> None:
    (file,) = folder.waiting()
    os.utime(file, (now.timestamp(), now.timestamp()))
    assert overdue(folder, at=now + timedelta(seconds=29)) == []
    assert overdue(folder, at=now + timedelta(seconds=31)) == [file]


def test_people_can_name_tenants_and_features_without_the_database(
    folder: Folder, acme: Tenant, globex: Tenant, answers: Feature
) -> None:
    keep_names(folder)
    names = folder.names()
    assert names["tenants"].items() >= {"acme": str(acme.pk), "globex": str(globex.pk)}.items()
    assert names["features"]["answers"] == str(answers.pk)
