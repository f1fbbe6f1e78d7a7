"""Broken glass becomes stops like any other, and nothing comes on for it."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from aiops.checks import checks_at
from killswitch import services, snapshot
from killswitch.breakglass import order
from killswitch.breakglass.folder import Folder
from killswitch.breakglass.order import GlassOrder
from killswitch.breakglass.reconcile import keep_names, overdue, reconcile, unreadable
from killswitch.models import HeldRelease, Stop
from killswitch.scopes import Mode, tenant_key
from tenants import revisions
from tenants.actors import Actor
from tenants.models import Feature, Revision, Tenant, User
from tests.factories import actor_of, make_tenant
from tests.integrations.factories import make_connection
from tests.killswitch.breakglass.test_folder import order_of
from tests.killswitch.factories import make_stop
from tests.prompts.factories import make_version


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder.of(tmp_path)


def poisoned(folder: Folder, poison: dict[str, Any]) -> Path:
    """The first of all files in the folder."""
    kept = orjson.loads(order_of().as_json())
    stop = {**kept["stop"], **poison.get("stop", {})}
    file = folder.file_of(UUID(int=1))
    folder.path.mkdir(exist_ok=True)
    file.write_bytes(orjson.dumps({**kept, **poison, "stop": stop}))
    return file


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> None:
    settings.AIOPS_HOME = tmp_path


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
    folder: Folder, broken: GlassOrder, by_support: Actor, admin: User, now: datetime
) -> None:
    reconcile(folder, at=now)
    services.review(Stop.objects.get(), by=actor_of(admin), note="True.", at=now)
    services.lift(Stop.objects.get(), by=by_support, at=now)
    folder.add(broken)
    reconcile(folder, at=now)
    assert not Stop.objects.active().exists()
    assert not HeldRelease.objects.exists()


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


@pytest.mark.parametrize(
    "poison", [{"at": "0001-01-01T00:00:00+14:00"}, {"note": "a\0b"}, {"stop": {"message": 5}}, {"stop": {"id": 5}}]
)
def test_poison_stays_is_told_once_and_holds_up_no_other(
    folder: Folder, acme: Tenant, now: datetime, caplog: pytest.LogCaptureFixture, poison: dict[str, Any]
) -> None:
    file = poisoned(folder, poison)
    folder.add(order_of(tenant_key(acme.pk)))
    assert (reconcile(folder, at=now), reconcile(folder, at=now)) == (1, 0)
    assert (folder.waiting(), unreadable(folder)) == ([file], [file])
    assert Stop.objects.get().tenant == acme
    assert caplog.text.count("glass.not_taken_in") == 1
    assert "no orders and stop nothing: 1" in checks_at(now)["break_glass"].detail


def test_an_order_written_by_hand_is_taken_in_whatever_its_name(
    folder: Folder, broken: GlassOrder, acme: Tenant, now: datetime
) -> None:
    folder.file_of(broken.stop.id).rename(folder.path / "stop-acme.json")
    assert reconcile(folder, at=now) == 1
    assert (Stop.objects.get().tenant, folder.waiting()) == (acme, [])


def test_all_else_that_lies_there_is_counted_told_and_holds_up_no_order(
    folder: Folder, broken: GlassOrder, caplog: pytest.LogCaptureFixture
) -> None:
    now = datetime.now(UTC)
    (folder.path / "bad.json").write_bytes(b"{")
    (folder.path / "notes").write_bytes(b"call ann")
    (folder.path / "link.json").symlink_to(folder.path / "not there")
    (folder.path / "round.json").symlink_to("round.json")
    (folder.path / "folder.json").mkdir()
    assert (reconcile(folder, at=now), reconcile(folder, at=now)) == (1, 0)
    wrong = ["bad.json", "folder.json", "link.json", "notes", "round.json"]
    assert [file.name for file in unreadable(folder)] == wrong
    assert caplog.text.count("glass.not_taken_in") == 5
    assert "no orders and stop nothing: 5." in checks_at(now)["break_glass"].detail


def test_what_just_waits_is_counted_and_is_no_fault(broken: GlassOrder) -> None:
    found = checks_at(datetime.now(UTC))["break_glass"]
    assert (found.ok, found.detail) == (True, "1 in force, waiting for PostgreSQL")


def test_what_postgresql_does_not_take_holds_up_no_other(
    folder: Folder, acme: Tenant, globex: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever else there is that no check foresees."""
    first, second = (order_of(tenant_key(each.pk)) for each in (acme, globex))
    folder.add(replace(first, by="\0"))
    monkeypatch.setattr(order, "text", lambda told, name, most: told[name])
    folder.add(second)
    assert reconcile(folder, at=now) == 1
    assert Stop.objects.get().tenant == globex


def test_what_is_not_taken_in_for_long_is_a_fault(folder: Folder, broken: GlassOrder, now: datetime) -> None:
    (file,) = folder.waiting()
    os.utime(file, (now.timestamp(), now.timestamp()))
    assert overdue(folder, at=now + timedelta(seconds=29)) == []
    assert overdue(folder, at=now + timedelta(seconds=31)) == [file]


def test_people_can_name_tenants_and_features_without_the_database(
    folder: Folder, operator: Tenant, acme: Tenant, globex: Tenant, answers: Feature
) -> None:
    version, erp = make_version(), make_connection(acme, "http://127.0.0.1:9")
    keep_names(folder, at=datetime.now(UTC))
    names = folder.names()
    assert "_operator" not in names["tenants"]
    assert names["prompt_versions"] == {f"welcome@v{version.number}": str(version.pk)}
    assert names["connections"] == {f"acme/{erp.slug}": str(erp.pk)}
    assert names["tenants"].items() >= {"acme": str(acme.pk), "globex": str(globex.pk)}.items()
    assert names["features"]["answers"] == str(answers.pk)


def test_names_are_read_again_when_something_was_declared_or_a_minute_has_passed(
    folder: Folder, acme: Tenant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    at = datetime.now(UTC)
    keep_names(folder, at=at)
    with django_assert_num_queries(1):
        keep_names(folder, at=at)
    make_tenant("initech")
    revisions.bump(Revision.Name.CONFIG)
    keep_names(folder, at=at)
    assert "initech" in folder.names()["tenants"]
    with django_assert_num_queries(7):
        keep_names(folder, at=at + timedelta(seconds=61))
