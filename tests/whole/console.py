"""A whole console as `aiops up` makes it, driven from outside: by its command, its gateway, its pids."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from aiops.embedded.home import Home, make_home, write_private
from aiops.embedded.servers import PASSWORD
from tests.prepared import APP_PASSWORD, copy_prepared

ROOT = Path(__file__).resolve().parent.parent.parent
# What the suite's own servers are told by; this console has servers of its own.
_OF_THE_SUITE = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "AIOPS_KEYRING", "AIOPS_AUDIT_KEY", "AIOPS_USER_KEY")
# One for all, as making one reads the certificates of the whole world; a connection each, as processes die.
HTTP = httpx.Client(timeout=30, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


@dataclass
class Console:
    home: Path
    supervisor: subprocess.Popen[bytes]

    @property
    def run(self) -> dict[str, Any]:
        return json.loads((self.home / "run.json").read_text())  # type: ignore[no-any-return]

    def aiops(self, *arguments: str) -> str:
        answer = subprocess.run(
            _command(*arguments), cwd=ROOT, env=environment(self.home), capture_output=True, text=True
        )
        assert answer.returncode == 0, answer.stderr or answer.stdout
        return answer.stdout

    def kill(self, name: str) -> int:
        pid = int(self.run["pids"][name][0])
        os.kill(pid, signal.SIGKILL)
        return pid

    def call(self, key: str, *, session: str, **tags: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key}", "X-AIOps-Feature": "answers", "X-AIOps-User": "ann"}
        body = {"model": "small", "messages": [{"role": "user", "content": "How do I send a parcel back?"}]}
        url = f"{self.run['gateway_url']}/chat/completions"
        return HTTP.post(url, json=body, headers=headers | {"X-AIOps-Session": session} | tags)

    def calls(self, session: str) -> list[dict[str, Any]]:
        """As `aiops calls` tells them, without a process for each time that is asked."""
        rows: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self._get("calls/", session=session, limit="1000", **({"cursor": cursor} if cursor else {}))
            rows, cursor = rows + page["results"], page["next"]
        return rows

    def _get(self, path: str, **query: str) -> dict[str, Any]:
        token = {"Authorization": f"Bearer {self.run['service_token']}"}
        answer = HTTP.get(f"{self.run['url']}/api/v1/{path}", params=query, headers=token)
        return answer.raise_for_status().json()  # type: ignore[no-any-return]

    def is_whole(self) -> bool:
        """Both ports answer that nothing is degraded."""
        urls = (self.run["url"], self.run["gateway_url"].removesuffix("/v1"))
        try:
            return all(HTTP.get(f"{url}/healthz", timeout=5).json()["status"] == "ok" for url in urls)
        except (httpx.HTTPError, ValueError):
            return False


@contextmanager
def running(home: Path, *, seconds: float = 240, **settings: str) -> Iterator[Console]:
    with (home.parent / "up.log").open("ab") as log:
        supervisor = subprocess.Popen(
            _command("up"), cwd=ROOT, env=environment(home) | settings, stdout=log, stderr=log, start_new_session=True
        )
    try:
        until(lambda: (home / "run.json").exists() or supervisor.poll() is not None, seconds=seconds)
        assert supervisor.poll() is None, (home.parent / "up.log").read_text()[-4000:]
        yield Console(home, supervisor)
    finally:
        supervisor.send_signal(signal.SIGINT)
        supervisor.wait(60)


def prepared(home: Path) -> Path:
    """As a first start leaves it that went no further than the tables. `test_demo` starts from nothing."""
    made = make_home(home)
    copy_prepared(made.postgres)
    keep(made, AIOPS_APP_PASSWORD=APP_PASSWORD, AIOPS_OWNER_PASSWORD=PASSWORD, POSTGRES_PASSWORD=PASSWORD)
    return home


def keep(home: Home, **secrets: str) -> None:
    """The other secrets are made when it starts."""
    write_private(home.secrets_file, json.dumps(secrets).encode())


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _OF_THE_SUITE}
    return kept | {"AIOPS_HOME": str(home), "AIOPS_PORT": "0", "AIOPS_GATEWAY_PORT": "0", "DEMO": "0"}


def until(is_so: Callable[[], bool], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not so after {seconds} s"
        time.sleep(0.05)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "aiops.cli", *arguments]
