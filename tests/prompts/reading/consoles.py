"""A console as a process of its own, and those who wait at it."""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from aiops.embedded.ports import free_port
from tests.gateway.processes import HTTP, until
from tests.warm.process import Process, start

NOBODY_THERE = "redis://127.0.0.1:9"
PATH = "/api/v1/prompts/welcome/"


@dataclass
class Console:
    url: str
    process: Process
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4))

    def read(self, key: str, *, etag: str = "", method: str = "GET", **query: str | int) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key}"} | ({"If-None-Match": etag} if etag else {})
        return HTTP.request(method, f"{self.url}{PATH}", params=query, headers=headers, timeout=30)

    def waiting(self, key: str, etag: str, **query: str | int) -> "Future[httpx.Response]":
        """A question that is under way, and held."""
        asked = self._pool.submit(lambda: self.read(key, etag=etag, **{"wait": 20, **query}))
        time.sleep(0.7)
        assert not asked.done()
        return asked

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(timeout=10)


@contextmanager
def running_console(port: int = 0, **environment: str) -> Iterator[Console]:
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    process = _start(port, {**os.environ, "AIOPS_URL": url, **environment})
    console = Console(url, process)
    try:
        until(lambda: _answers(url), seconds=60)
        yield console
    finally:
        process.kill()
        process.wait(timeout=10)
        console._pool.shutdown(wait=False, cancel_futures=True)


def _start(port: int, environment: Mapping[str, str]) -> Process:
    options = ("--lifespan", "off", "--timeout-graceful-shutdown", "5", "--log-level", "warning")
    return start("uvicorn", "aiops.asgi:application", "--port", str(port), *options, environment=environment)


def _answers(url: str) -> bool:
    try:
        HTTP.get(f"{url}/healthz", timeout=2)
    except httpx.HTTPError:
        return False
    return True
