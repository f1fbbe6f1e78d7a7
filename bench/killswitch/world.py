"""Eight gateways under load, a provider that answers at once, one that answers slowly in pieces, many tenants."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg

from aiops.cli import remote
from bench import gateway, stack

GATEWAYS = 8
_CONNECTIONS, _SECONDS, _WARM_SECONDS = 64, 6, 2


@dataclass(frozen=True)
class World:
    running: stack.Stack
    api: httpx.Client
    database: psycopg.Connection
    work: Path
    # Of the tenant that makes the load.
    key: str
    tenants: list[str]

    @property
    def port(self) -> int:
        return urlsplit(self.running.run["gateway_url"]).port or 0

    def pid_of(self, name: str) -> int:
        run = json.loads((self.running.home / "run.json").read_text())
        return int(run["pids"][name][0])

    def stop(self, tenant: str) -> tuple[int, float]:
        """The revision, and how many milliseconds the answer took."""
        began = time.perf_counter()
        answer = self.api.post("stops/", json={"tenant": tenant, "reason": "looking"}).raise_for_status()
        return int(answer.json()["revision"]), (time.perf_counter() - began) * 1000

    def lift(self, tenant: str) -> None:
        self.api.post("stops/lift/", json={"tenant": tenant}).raise_for_status()

    def confirmed(self, revision: int, *, patience: float = 20) -> float:
        """Milliseconds from the change to the last gateway, by the database's clock."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            found = self.api.get(f"stops/revisions/{revision}/").raise_for_status().json()
            if found["complete"] and found["seconds"] is not None:
                return float(found["seconds"]) * 1000
            time.sleep(0.02)
        raise SystemExit(f"Revision {revision} was not confirmed: {found}")

    def committing(self, revision: int) -> float:
        """Milliseconds from writing the change, which its time is told by, to its commit; by the database's clock."""
        query = "SELECT pg_xact_commit_timestamp(xmin) - recorded_at FROM killswitch_stopevent WHERE revision = %s"
        (took,) = self.database.execute(query, [revision]).fetchone() or (timedelta(),)
        return float(took / timedelta(milliseconds=1))

    def capacity(self) -> float:
        """Calls a second that the gateways answer when asked as fast as they can."""
        return float(self._load(rate=0, seconds=_SECONDS)["rps"])

    @contextmanager
    def under_load(self, rate: float) -> Iterator[None]:
        command = self._command(rate, seconds=600)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as load:  # noqa: S603
            time.sleep(_WARM_SECONDS)
            try:
                yield
            finally:
                load.terminate()

    def _load(self, *, rate: float, seconds: int) -> dict[str, Any]:
        done = subprocess.run(self._command(rate, seconds), check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
        found: dict[str, Any] = json.loads(done.stdout)
        if found["bad"] or found["err"]:
            raise SystemExit(f"The load was not answered well: {found}")
        return found

    def _command(self, rate: float, seconds: int) -> list[str]:
        request = self.work / "req" / "ours.json"
        words = (self.port, request, _CONNECTIONS, seconds, rate, _WARM_SECONDS)
        return [str(self.work / "load"), *map(str, words)]


@contextmanager
def world(*, tenants: int) -> Iterator[World]:
    with (
        stack.home() as folder,
        drip() as dripping,
        stack.running(folder, AIOPS_GATEWAYS=str(GATEWAYS), AIOPS_GATEWAY_MAX_CALLS="4000", DEMO="0") as running,
    ):
        slugs = [f"tenant-{number:05d}" for number in range(tenants)]
        key = _declare(running, folder.parent, dripping, slugs)
        work = gateway.build(folder.parent / "work")
        _write_request(work, key)
        with _mock(work), _api(running) as api, stack.connected(running) as database:
            yield World(running, api, database, work, key, slugs)


@contextmanager
def drip() -> Iterator[int]:
    """The port of a provider that gives a piece of an answer now and then, without end."""
    command = [sys.executable, "-m", "bench.drip"]
    with subprocess.Popen(command, cwd=stack.ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None  # noqa: S101 - it was asked for
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def _declare(running: stack.Stack, folder: Path, dripping: int, slugs: list[str]) -> str:
    key = gateway.declare(running, folder)
    more = {
        "providers": {"drip": {"base_url": f"http://127.0.0.1:{dripping}/v1", "api_key": "sk", "allow_private": True}},
        "models": {"drip": {"provider": "drip"}},
        "tenants": {slug: {"name": f"Customer {slug}"} for slug in slugs},
    }
    file = folder / "more.yaml"
    # JSON is YAML.
    file.write_text(json.dumps(more))
    running.aiops("apply", "-f", str(file))
    return key


def _write_request(work: Path, key: str) -> None:
    """By the harness, which writes them as it sends them."""
    environment = {**os.environ, "BENCH_KEY": key}
    code = "import calls, pathlib, sys; calls.write(pathlib.Path(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(work)]
    subprocess.run(command, cwd=gateway.HARNESS, env=environment, check=True)  # noqa: S603


@contextmanager
def _mock(work: Path) -> Iterator[None]:
    command = [str(work / "mock"), str(gateway.HARNESS / "up"), "9101:ok:5000", "9102:429"]
    with subprocess.Popen(command) as process:  # noqa: S603
        try:
            yield
        finally:
            process.terminate()


@contextmanager
def _api(running: stack.Stack) -> Iterator[httpx.Client]:
    address = remote.find({**os.environ, "AIOPS_HOME": str(running.home)})
    headers = {"Authorization": f"Bearer {address.token}"}
    with httpx.Client(base_url=f"{address.url}/api/v1/", headers=headers, timeout=30) as client:
        yield client
