import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.whole.console import ROOT, Console, running, until

DECLARED = """
providers:
  simulated: {{name: Simulated, base_url: "http://127.0.0.1:{port}/v1", simulated: true, allow_private: true}}
models:
  small: {{provider: simulated, upstream: small, prices: {{input: 0.15, output: 0.60}}}}
features:
  answers: {{name: Answers}}
tenants:
  acme: {{name: Acme Robotics}}
"""


@dataclass
class Customer:
    console: Console
    key: str


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "aiops.simulator", "--port", str(port)]
    with (tmp_path_factory.mktemp("simulator") / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    until(lambda: _answers(port))
    yield port
    process.terminate()
    process.wait(30)


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory, simulator: int) -> Iterator[Customer]:
    """A customer on a console that was started empty and told the rest by its command."""
    folder: Path = tmp_path_factory.mktemp("console")
    file = folder / "aiops.yaml"
    file.write_text(DECLARED.format(port=simulator))
    with running(folder / "home") as console:
        console.aiops("apply", "-f", str(file))
        made = json.loads(console.aiops("key", "create", "--tenant", "acme", "--name", "test", "--json"))
        key = made["text"] if "text" in made else made["key"]
        until(lambda: console.call(key, session="first").status_code == 200)
        yield Customer(console, key)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/v1/models").is_success
    except httpx.HTTPError:
        return False
