"""A real Tryton for tests, made by the code that `make up ERP=1` runs. A machine's first run pays for all of them."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest

from aiops.embedded.erp import database
from aiops.embedded.erp.local import LocalErp
from aiops.embedded.home import ROOT, Home
from aiops.embedded.ports import free_port
from aiops.embedded.postgres import Postgres
from aiops.embedded.process import Step
from aiops.embedded.servers import serving
from tests.embedded.running import until
from tests.kept import alone

# Left to the next run; whoever deletes it loses half a minute.
_KEPT = ROOT / ".tryton_cache"
PASSWORD = "only-for-tests"
# Of the Tryton users that tenants act as; the first is the readiness probe's.
KEYS = {"aiops-northwind": "key-of-northwind", "aiops-acme": "key-of-acme", "aiops-globex": "key-of-globex"}


@dataclass(frozen=True, slots=True)
class Tryton:
    """Its address and keys, and a way past its API: its tables."""

    address: str
    database: str
    keys: Mapping[str, str]  # by Tryton user
    pid: int
    dsn: str

    @property
    def user(self) -> str:
        return "aiops-acme"

    @property
    def key(self) -> str:
        return self.keys[self.user]

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.dsn) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    def sales(self, reference: str) -> int:
        return int(self.rows("SELECT count(*) FROM sale_sale WHERE reference = %s", reference)[0][0])

    def all_sales(self) -> int:
        return int(self.rows("SELECT count(*) FROM sale_sale")[0][0])

    def party(self, code: str) -> int:
        return int(self.rows("SELECT id FROM party_party WHERE code = %s", code)[0][0])

    def product(self, code: str) -> int:
        return int(self.rows("SELECT id FROM product_product WHERE code = %s", code)[0][0])

    def company(self) -> int:
        return int(self.rows("SELECT id FROM company_company")[0][0])


@pytest.fixture(scope="session")
def real_tryton() -> Iterator[Tryton]:
    """One for all tests of a worker: keep what uses it in one file, and count what a test adds, not what is there."""
    with TemporaryDirectory(prefix="aiops-tryton-", ignore_cleanup_errors=True) as folder:
        copy_pristine(Path(folder) / "postgres")
        with _running(Path(folder)) as running:
            yield running


def copy_pristine(folder: Path) -> Path:
    """The data of a PostgreSQL with a Tryton that nobody has used yet; returns where its packages are.

    Its superuser, Tryton's role and Tryton's administrator have PASSWORD, its users KEYS.
    """
    with alone(_KEPT):
        shutil.copytree(_pristine(), folder)
    return _erp(folder).folder


@contextmanager
def _running(folder: Path) -> Iterator[Tryton]:
    erp = _erp(folder / "postgres")
    process = erp.process()
    with _postgres(erp.server), serving(process.command, signal.SIGTERM, folder / "erp.log", process.env) as pid:
        until(process.is_ready, seconds=60)
        dsn = erp.server.address(database.ROLE, PASSWORD, database.NAME)
        yield Tryton(erp.address, database.NAME, KEYS, pid, dsn)


def _pristine() -> Path:
    """The data of a PostgreSQL with a Tryton that nobody has used yet."""
    data, fresh = _KEPT / "postgres", _KEPT / "fresh"
    install, *filling = _erp(data).steps(dict(os.environ))
    if not install.is_known() and (complaint := _complaint(install)):
        pytest.skip(f"Tryton cannot be installed here: {complaint[-200:]}")
    if not all(step.is_known() for step in filling):
        shutil.rmtree(fresh, ignore_errors=True)
        _fill(_erp(fresh))
        shutil.rmtree(data, ignore_errors=True)
        fresh.replace(data)
    return data


def _fill(erp: LocalErp) -> None:
    with _postgres(erp.server):
        database.make(erp.server, PASSWORD)
        for step in erp.steps({})[1:]:
            complaint = _complaint(step)
            assert not complaint, complaint


def _complaint(step: Step) -> str:
    done = subprocess.run(step.command, env=dict(step.env), capture_output=True, text=True, check=False)
    if done.returncode == 0:
        step.remember()
        return ""
    return done.stderr or done.stdout or f"{step.name}: exit code {done.returncode}"


def _erp(data: Path) -> LocalErp:
    server = Postgres(data, free_port(), PASSWORD, careless=True)
    return LocalErp(Home(_KEPT), server, free_port(), PASSWORD, PASSWORD, KEYS)


@contextmanager
def _postgres(server: Postgres) -> Iterator[None]:
    server.make_ready()
    # Ended in order, as its data is copied afterwards.
    log = server.data.with_name(f"{server.data.name}.log")
    with serving(server.command(), signal.SIGINT, log):
        until(server.answers)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test that uses it may have to wait until it is made."""
    for item in items:
        if "real_tryton" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(400))
