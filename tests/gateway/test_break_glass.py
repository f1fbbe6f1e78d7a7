"""Breaking the glass, with real gateways and with servers that are gone."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from killswitch.breakglass.folder import Folder, read_order
from killswitch.breakglass.reconcile import reconcile
from killswitch.models import Stop
from tests.gateway.processes import ROOT, Served, a_gateway, paused, until
from tests.gateway.wire import wire
from tests.gateway.world import QUESTION, Customer, World

CALL: dict[str, Any] = {"model": "mini", "messages": QUESTION}
BOUND_SECONDS = 1.5
TOOK = re.compile(r"1 of 1 gateway confirmed in ([0-9.]+) s")
NOWHERE = "redis://127.0.0.1:9"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder of its own, as another test's gateways must not take up what lies in it."""
    for name in ("pids", "journal"):
        (tmp_path / name).mkdir()
    return tmp_path


@contextmanager
def gateway_in(home: Path, name: str, **environment: str) -> Iterator[Served]:
    # The command reads of each process what it is called and where its Redis is.
    with a_gateway(name, is_cold=True, AIOPS_HOME=str(home), **environment) as served:
        yield served


def kill(home: Path, *target: str, redis: str | None = None) -> subprocess.CompletedProcess[str]:
    """As somebody would in a shell, who has no address of PostgreSQL."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    told = {"REDIS_URL": redis} if redis else {}
    command = [sys.executable, "-m", "aiops.cli", "kill", "--break-glass", *target]
    environment = kept | told | {"AIOPS_HOME": str(home)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def known(home: Path, customer: Customer) -> str:
    """Once the gateway has told the folder."""
    until(lambda: customer.tenant.slug in Folder.of(home).names()["tenants"])
    return customer.tenant.slug


def take_in(home: Path) -> Stop:
    """As the worker does every two seconds."""
    reconcile(Folder.of(home), at=datetime.now(UTC))
    return Stop.objects.active().get(origin=Stop.Origin.BREAK_GLASS)


def test_every_gateway_of_the_machine_confirms(home: Path, world: World) -> None:
    customer = world.customer()
    with gateway_in(home, "glass-1") as one, gateway_in(home, "glass-2") as two:
        known(home, customer)
        done = kill(home, "--tenant", str(customer.tenant.pk), "--json")
        said = json.loads(done.stdout)
        assert (done.returncode, said["missing"], said["redis"]) == (0, [], True)
        assert (said["tenant"], said["feature"], said["what"]) == (customer.tenant.slug, None, customer.tenant.slug)
        # Others that share this Redis hear of it, too.
        assert {"glass-1", "glass-2"} <= set(said["confirmed"])
        assert [customer.at(each).post(CALL).status_code for each in (one, two)] == [503, 503]
        world.lift(take_in(home))
        until(lambda: customer.at(one).post(CALL).is_success and customer.at(two).post(CALL).is_success)
        until(lambda: one.get("/healthz")["status"] == "ok")


def test_it_works_without_postgresql_and_redis_and_can_be_lifted_when_they_are_back(home: Path, world: World) -> None:
    customer, other = world.customer(), world.customer()
    with (
        wire("DATABASE_URL") as database,
        wire("REDIS_URL") as pushes,
        gateway_in(home, "glass-alone", DATABASE_URL=database.url, REDIS_URL=pushes.url) as gateway,
    ):
        known(home, customer)
        database.cut()
        pushes.cut()
        until(lambda: not gateway.get("/healthz")["database_works"])
        done = kill(home, "--tenant", customer.tenant.slug, redis=pushes.url)
        assert (done.returncode, done.stderr) == (0, "")
        assert float(TOOK.findall(done.stdout)[0]) < BOUND_SECONDS
        assert customer.at(gateway).post(CALL).status_code == 503
        assert other.at(gateway).post(CALL).is_success
        database.mend()
        stop = take_in(home)
        until(lambda: gateway.get("/healthz")["database_works"])
        assert customer.at(gateway).post(CALL).json()["error"]["stop_id"] == str(stop.pk)
        world.lift(stop)
        until(lambda: customer.at(gateway).post(CALL).is_success)


def test_a_gateway_that_starts_takes_it_from_the_folder_before_it_serves(home: Path, world: World) -> None:
    done = kill(home, "--everything")
    assert (done.returncode, "No gateway is known to run" in done.stderr) == (3, True)
    customer = world.customer()
    with gateway_in(home, "glass-late") as gateway:
        assert customer.at(gateway).post(CALL).status_code == 503


def test_what_a_process_holds_outlives_it(home: Path, world: World) -> None:
    """Killed outright, and nobody has adopted the stop yet."""
    customer = world.customer()
    with gateway_in(home, "glass-killed") as gateway:
        kill(home, "--tenant", known(home, customer), redis=NOWHERE)
        until(lambda: customer.at(gateway).post(CALL).status_code == 503)
        until(lambda: any(said["held"] for said in Folder.of(home).told()))
        gateway.process.kill()
    (file,) = Folder.of(home).waiting()
    file.unlink()
    with gateway_in(home, "glass-killed") as again:
        assert customer.at(again).post(CALL).status_code == 503


@pytest.mark.parametrize(
    ("target", "code", "told"),
    [
        (("--tenant", "nobody"), 1, "There is no tenant 'nobody' here"),
        (("--provider", "simulatr"), 1, "There is no provider 'simulatr' here"),
        (("--model", "minni"), 1, "There is no model 'minni' here"),
        (("--tenant", str(UUID(int=7))), 1, "There is no tenant"),
        (("--tenant", "", "--feature", "answers"), 2, "it is given, but empty"),
        (("--everything", "--provider", ""), 2, "it is given, but empty"),
        ((), 2, "Say what to stop"),
    ],
)
def test_what_cannot_be_stopped_is_said(home: Path, target: tuple[str, ...], code: int, told: str) -> None:
    done = kill(home, *target)
    assert (done.returncode, told in done.stderr) == (code, True)
    assert Folder.of(home).waiting() == []


def test_one_of_the_same_name_on_another_machine_confirms_for_none_of_this(
    home: Path, tmp_path_factory: pytest.TempPathFactory, world: World
) -> None:
    customer, elsewhere = world.customer(), tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "journal").mkdir()
    with gateway_in(home, "glass-same") as here, gateway_in(elsewhere, "glass-same"):
        until(lambda: any(Folder.of(home).told()))
        with paused(here, 0):
            done = kill(home, "--tenant", str(customer.tenant.pk), "--json", redis=os.environ["REDIS_URL"])
    said = json.loads(done.stdout)
    assert (done.returncode, said["missing"], "glass-same" in said["confirmed"]) == (3, ["glass-same"], True)


def test_what_is_no_order_keeps_no_gateway_from_starting_and_is_told(home: Path, world: World) -> None:
    customer = world.customer()
    kill(home, "--tenant", str(customer.tenant.pk), "--force")
    folder = Folder.of(home)
    kept = json.loads(folder.waiting()[0].read_text())
    folder.file_of(UUID(int=1)).write_text(json.dumps({**kept, "at": "0001-01-01T00:00:00+14:00"}))
    with gateway_in(home, "glass-poison") as gateway:
        assert customer.at(gateway).post(CALL).status_code == 503
        assert "is no order" in str(gateway.get("/healthz")["faults"])
        assert gateway.get("/healthz/killswitch")["broken_glass_is_readable"] is False


def test_a_note_that_is_too_long_or_no_text_is_cut_and_stops_all_the_same(home: Path) -> None:
    done = kill(home, "--everything", "--note", "\udcff" + "x" * 5000)
    (file,) = Folder.of(home).waiting()
    assert ("has 5,001 characters: its first 2,000 are kept" in done.stderr, done.returncode) == (True, 3)
    assert read_order(file).note == "?" + "x" * 1999


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    done = kill(tmp_path, "--everything")
    assert (done.returncode, "no data folder of a console" in done.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_without_being_asked_for_nothing_is_broken(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "aiops.cli", "kill", "--everything"],
        cwd=ROOT, env={**os.environ, "AIOPS_HOME": str(home)}, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, "`aiops stop` is the way" in done.stderr) == (2, True)


def test_the_command_needs_no_django(home: Path) -> None:
    """What it imports must work whatever is wrong with the settings."""
    code = "import sys; import aiops.cli.breakglass, aiops.cli.glass.confirming; print('django' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"


def test_a_customer_named_by_two_words_is_one_target(home: Path, world: World, customer: Customer) -> None:
    with gateway_in(home, "glass-feature") as gateway:
        kill(home, "--tenant", known(home, customer), "--feature", str(world.answers.pk))
        until(lambda: customer.at(gateway).post(CALL).status_code == 503)
        assert customer.at(gateway).post(CALL, **{"X-AIOps-Feature": "drafts"}).is_success


def test_a_person_is_stopped_and_nobody_else_of_the_customer(home: Path, world: World, customer: Customer) -> None:
    with gateway_in(home, "glass-person") as gateway:
        done = kill(home, "--tenant", known(home, customer), "--user", "jane", "--mode", "handoff")
        assert done.returncode == 0
        refused = customer.at(gateway).post(CALL, **{"X-AIOps-User": "jane"})
        assert (refused.status_code, refused.json()["error"]["handoff"]) == (503, True)
        assert customer.at(gateway).post(CALL, **{"X-AIOps-User": "june"}).is_success
        stop = take_in(home)
        assert (stop.scope, stop.tenant_id, stop.mode) == ("user", customer.tenant.pk, "handoff")
        world.lift(stop)
        until(lambda: customer.at(gateway).post(CALL, **{"X-AIOps-User": "jane"}).is_success)
