import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.whole.console import HTTP, ROOT, Console, prepared, running, until

DECLARED = """
providers:
  simulated: {{name: Simulated, base_url: "http://127.0.0.1:{port}/v1", simulated: true, allow_private: true}}
models:
  small: {{provider: simulated, upstream: small, prices: {{input: 0.15, output: 0.60}}}}
features:
  answers: {{name: Answers}}
  drafts: {{name: Drafts}}
tenants:
  acme: {{name: Acme Robotics}}
"""


@dataclass
class Customer:
    console: Console
    key: str


class Provider:
    """A process of its own, always at the same port."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._log = folder / "log"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "aiops.simulator", "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        until(self._answers)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(30)

    def _answers(self) -> bool:
        try:
            return HTTP.get(f"http://127.0.0.1:{self.port}/v1/models").is_success
        except httpx.HTTPError:
            return False


@pytest.fixture(scope="package")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    provider = Provider(tmp_path_factory.mktemp("simulator"))
    yield provider
    provider.kill()


@pytest.fixture(scope="package")
def acme(tmp_path_factory: pytest.TempPathFactory, simulator: Provider) -> Iterator[Customer]:
    """One for all files: each test leaves the console whole, and nobody stopped."""
    folder: Path = tmp_path_factory.mktemp("console")
    with running(prepared(folder / "home")) as console:
        yield declared(console, folder, simulator)


def declared(console: Console, folder: Path, provider: Provider) -> Customer:
    """A customer on a console that was started empty and is told the rest by its command."""
    file = folder / "aiops.yaml"
    file.write_text(DECLARED.format(port=provider.port))
    console.aiops("apply", "-f", str(file))
    made = json.loads(console.aiops("key", "create", "--tenant", "acme", "--name", "test", "--json"))
    until(lambda: console.call(made["key"], session="first").status_code == 200)
    return Customer(console, made["key"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test of a file waits until a console has started, or Tryton's packages have been installed."""
    for item in items:
        if "whole" in item.path.parts:
            item.add_marker(pytest.mark.timeout(500))
