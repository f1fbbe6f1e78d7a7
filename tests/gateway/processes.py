"""Real processes of the gateway and of the provider behind it, on ports of their own."""

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.warm.process import ROOT, Process, start

__all__ = ["HTTP", "ROOT", "Served", "a_gateway", "is_ready", "paused", "serving", "until"]

# One for all tests: making one reads the certificates of the whole world.
HTTP = httpx.Client(timeout=30, trust_env=False, limits=httpx.Limits(max_connections=None))


class Served:
    """A process that listens on 127.0.0.1."""

    def __init__(self, process: Process, port: int) -> None:
        self.process, self.port = process, port
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> Any:
        return HTTP.get(self.url + path).json()


@contextmanager
def serving(
    module: str, *arguments: str, listener: socket.socket | None = None, is_cold: bool = False, **environment: str
) -> Iterator[Served]:
    """On a free port, or on a socket that is handed down and may be shared. `is_cold`: as a supervisor starts it."""
    where = ("--fd", str(listener.fileno())) if listener else ("--port", "0")
    said, says = os.pipe()
    with open(said) as told:
        process = start(
            module, *where, *arguments, environment={**os.environ, **environment}, stdout=says,
            pass_fds=(listener.fileno(),) if listener else (), is_cold=is_cold,
        )  # fmt: skip
        os.close(says)
        try:
            yield Served(process, int(told.readline().rpartition(":")[2]))
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def a_gateway(
    name: str, *, listener: socket.socket | None = None, is_cold: bool = False, **environment: str
) -> Iterator[Served]:
    try:
        with serving("gateway", "--name", name, listener=listener, is_cold=is_cold, **environment) as served:
            until(lambda: is_ready(served))
            yield served
    finally:
        if "AIOPS_HOME" not in environment:
            # What it held is of a database that is cleared before the next one starts.
            shutil.rmtree(Path(os.environ["AIOPS_HOME"]) / "break-glass", ignore_errors=True)


def is_ready(served: Served) -> bool:
    try:
        return HTTP.get(served.url + "/readyz").is_success
    except httpx.TransportError:
        return False


@contextmanager
def paused(served: Served, seconds: float) -> Iterator[None]:
    """The process stands still while the block runs, and for so long at least."""
    began = time.monotonic()
    served.process.send_signal(signal.SIGSTOP)
    try:
        yield
        until(lambda: time.monotonic() - began > seconds)
    finally:
        served.process.send_signal(signal.SIGCONT)


def until(is_so: Callable[[], object], seconds: float = 10, *, pause: float = 0.01) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(pause)
