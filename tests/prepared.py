"""A PostgreSQL with the console's empty tables, made once and copied: making them takes eight seconds each time."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from aiops.embedded.fingerprint import Fingerprint
from aiops.embedded.home import ROOT
from aiops.embedded.ports import free_port
from aiops.embedded.postgres import OWNER, Postgres
from aiops.embedded.servers import PASSWORD, serving
from tests.kept import alone

APP_PASSWORD = "app-role-of-the-tests"
_KEPT = ROOT / ".postgres_cache"
_COMMAND = ROOT / "tenants" / "management" / "commands" / "prepare_database.py"


def copy_prepared(folder: Path) -> None:
    """The data of one that nobody has used yet; its superuser and its owner have PASSWORD. Needs the settings."""
    with alone(_KEPT):
        data = _KEPT / "postgres"
        if not _made(data).is_unchanged():
            _make(data)
        shutil.copytree(data, folder)


def manage(*arguments: str, **environment: str) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)


def prepare(owner_url: str) -> None:
    manage("prepare_database", DATABASE_URL=owner_url, AIOPS_APP_PASSWORD=APP_PASSWORD)


def _make(data: Path) -> None:
    fresh = _KEPT / "fresh"
    for folder in (data, fresh):
        shutil.rmtree(folder, ignore_errors=True)
    with _running(fresh) as server:
        server.provision(PASSWORD)
        prepare(server.address(OWNER, PASSWORD))
    _made(fresh).remember()
    fresh.replace(data)


@contextmanager
def _running(data: Path) -> Iterator[Postgres]:
    server = Postgres(data, free_port(), PASSWORD, careless=True)
    server.make_ready()
    # Ended in order, as its data is copied afterwards.
    with serving(server.command(), signal.SIGINT, data.with_name("log")):
        deadline = time.monotonic() + 60
        while not server.answers():
            assert time.monotonic() < deadline, data.with_name("log").read_text()[-2000:]
            time.sleep(0.02)
        yield server


def _made(data: Path) -> Fingerprint:
    """Kept with the data it tells of: they go together."""
    inputs = (ROOT / "requirements.lock", ROOT / "aiops" / "embedded" / "postgres.py", ROOT / "tenants" / "grants.py")
    migrations = sorted(ROOT.glob("*/migrations/*.py"))
    # Migrations make the partitions of their own days.
    today = datetime.now(UTC).date().isoformat()
    return Fingerprint(data / "tests.made", (*inputs, _COMMAND, *migrations), words=(today,))
