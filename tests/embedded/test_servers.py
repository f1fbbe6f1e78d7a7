import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import redis

from aiops.embedded import privileges
from aiops.embedded.home import ROOT
from aiops.embedded.identity import all_pids, command_line
from aiops.embedded.ports import free_port
from aiops.embedded.postgres import OWNER, Postgres
from aiops.embedded.privileges import KEPT_CAPABILITY
from aiops.embedded.servers import test_servers as own_servers
from aiops.embedded.valkey import Valkey
from tests.embedded.running import until

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs to look like somebody else")
type Serve = Callable[[], AbstractContextManager[subprocess.Popen[bytes]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "a folder's name"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def postgres(folder: Path) -> Postgres:
    return Postgres(folder / "postgres", free_port(), "a secret: ' @/", careless=True)


@contextmanager
def serving(server: Postgres | Valkey) -> Iterator[subprocess.Popen[bytes]]:
    server.make_ready()
    process = subprocess.Popen(server.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(server.answers)
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)


def test_postgres_keeps_its_data_over_a_restart(postgres: Postgres) -> None:
    with serving(postgres):
        postgres.provision("owner's secret")
        _execute(postgres, "CREATE TABLE kept AS SELECT 7 AS number")
    with serving(postgres):
        postgres.provision("owner's secret")
        assert _execute(postgres, "SELECT number FROM kept") == (7,)


def test_postgres_starts_again_after_it_was_killed_with_all_that_was_committed(postgres: Postgres) -> None:
    postgres = replace(postgres, careless=False)
    with serving(postgres) as process:
        postgres.provision("owner's secret")
        _execute(postgres, "CREATE TABLE kept AS SELECT 7 AS number")
        process.kill()
        process.wait()
    assert (postgres.data / "postmaster.pid").exists()
    with serving(postgres):
        assert _execute(postgres, "SELECT number FROM kept") == (7,)


def test_postgres_left_by_a_killed_supervisor_is_ended_before_the_next(postgres: Postgres) -> None:
    with serving(postgres) as left:
        fresh = Postgres(postgres.data, free_port(), postgres.password, careless=True)
        with serving(fresh):
            assert left.wait(timeout=5) == 0
            assert fresh.answers()


def test_a_lock_file_that_names_another_program_does_not_stop_postgres(postgres: Postgres) -> None:
    postgres.initialise()
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.data}\n")
    with serving(postgres):
        assert postgres.answers()


def test_a_first_start_that_was_broken_off_is_made_anew(postgres: Postgres) -> None:
    ruin = postgres.data.with_name("postgres.new")
    ruin.mkdir()
    (ruin / "PG_VERSION").write_text("18")
    with serving(postgres):
        assert postgres.answers()


def test_postgres_asks_for_the_password(postgres: Postgres) -> None:
    with serving(postgres):
        postgres.provision("owner's secret")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(postgres.address(OWNER, "another"))


def test_the_owner_of_the_database_is_no_superuser(postgres: Postgres) -> None:
    with serving(postgres):
        postgres.provision("owner's secret")
        attributes = "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        assert _execute(postgres, attributes) == (False, False, True)


@as_root
def test_postgres_of_root_runs_where_user_namespaces_are_forbidden(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(postgres):
        postgres.provision("owner's secret")
    monkeypatch.setattr("aiops.embedded.postgres.guise", lambda: KEPT_CAPABILITY)
    with serving(postgres) as process:
        assert Path(f"/proc/{process.pid}").stat().st_uid == privileges.NOBODY
        assert postgres.answers()
    monkeypatch.undo()
    with serving(postgres):
        assert postgres.data.stat().st_uid == 0


def test_valkey_keeps_its_data_when_killed(folder: Path) -> None:
    valkey = Valkey(folder, free_port(), "a-secret")
    with serving(valkey) as process, redis.Redis.from_url(valkey.address) as client:
        client.set("kept", "7")
        until(lambda: int(client.info("persistence")["aof_pending_bio_fsync"]) == 0)  # type: ignore[index]
        process.kill()
        process.wait()
    with serving(valkey), redis.Redis.from_url(valkey.address) as client:
        assert client.get("kept") == b"7"


def test_valkey_asks_for_the_password_and_shows_it_to_nobody(folder: Path) -> None:
    valkey = Valkey(folder, free_port(), "a-secret")
    with serving(valkey) as process:
        assert not Valkey(folder, valkey.port, "another").answers()
        assert "a-secret" not in " ".join(command_line(process.pid))
    assert stat.S_IMODE((folder / "valkey.conf").stat().st_mode) == 0o600


def test_servers_for_tests_are_gone_afterwards(tmp_path: Path) -> None:
    with own_servers(tmp_path / "servers") as (owner_url, redis_url):
        with psycopg.connect(owner_url) as connection, redis.Redis.from_url(redis_url) as client:
            assert connection.execute("SELECT current_user").fetchone() == (OWNER,)
            assert client.ping()
        assert _mentioning(tmp_path)
    assert _mentioning(tmp_path) == []


def test_servers_for_tests_go_with_tests_that_are_killed(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, sys; from aiops.embedded.servers import test_servers\n"
        "with test_servers(pathlib.Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", program, tmp_path / "servers"], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    until(lambda: not _mentioning(tmp_path))


def _execute(postgres: Postgres, statement: str) -> tuple[object, ...] | None:
    with psycopg.connect(postgres.address(OWNER, "owner's secret")) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone() if cursor.description else None


def _mentioning(folder: Path) -> list[int]:
    return [pid for pid in all_pids() if str(folder) in " ".join(command_line(pid)) and pid != os.getpid()]
