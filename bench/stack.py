"""A whole console of the measurement's own: free ports, a folder that is thrown away."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from aiops.embedded.credentials import load_credentials
from aiops.embedded.home import Home
from aiops.embedded.postgres import DATABASE, Postgres

ROOT = Path(__file__).resolve().parent.parent
_PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Stack:
    home: Path
    run: dict[str, Any]
    # From the command to everything answering.
    ready_seconds: float

    @property
    def supervisor(self) -> int:
        return int(self.run["pids"]["supervisor"][0])

    def settle(self) -> None:
        """The demo has its workers judge some changes first."""
        while any(run["state"] == "running" for run in json.loads(self.aiops("evals", "list", "--json"))):
            time.sleep(0.5)

    def aiops(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "aiops.cli", *arguments]
        environment = {**os.environ, "AIOPS_HOME": str(self.home)}
        return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603


@contextmanager
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="aiops-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "home"


@contextmanager
def running(folder: Path, *, patience: float = _PATIENCE_SECONDS, **settings: str) -> Iterator[Stack]:
    environment = {**os.environ, "AIOPS_HOME": str(folder), "AIOPS_PORT": "0", "AIOPS_GATEWAY_PORT": "0", **settings}
    began = time.monotonic()
    with (folder.parent / "up.log").open("ab") as log:
        command = [sys.executable, "-m", "aiops.cli", "up"]
        supervisor = subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )
    try:
        run = _await_ready(folder / "run.json", supervisor, folder.parent / "up.log", patience)
        ready = Stack(folder, run, time.monotonic() - began)
        ready.settle()
        yield ready
    finally:
        supervisor.send_signal(signal.SIGINT)
        supervisor.wait(60)


def connected(running: Stack) -> psycopg.Connection:
    """To its database, as one who may do everything."""
    home = Home(running.home)
    port = int((home.postgres / "postmaster.pid").read_text().splitlines()[3])
    server = Postgres(home.postgres, port, load_credentials(home, {})["POSTGRES_PASSWORD"])
    superuser = urlsplit(server.superuser_address)
    return psycopg.connect(superuser._replace(path=f"/{DATABASE}").geturl(), autocommit=True)


def _await_ready(file: Path, supervisor: subprocess.Popen[bytes], log: Path, patience: float) -> dict[str, Any]:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and supervisor.poll() is None:
        if file.exists():
            run: dict[str, Any] = json.loads(file.read_text())
            return run
        time.sleep(0.02)
    raise SystemExit(f"The console did not come up:\n{log.read_text()[-3000:]}")
