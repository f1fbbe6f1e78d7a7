"""Processes that begin without importing anything: what the tests start again and again."""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent.parent
_LOOK_AGAIN_SECONDS = 0.005
# Others import too little to be worth it.
_WARM = {"gateway", "costs.recorder", "uvicorn"}
_ordering = Lock()


class Warm:
    """A process as `subprocess.Popen` has one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.wait()

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = _ask({"pid": self.pid})
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        deadline = time.monotonic() + timeout if timeout is not None else float("inf")
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            time.sleep(_LOOK_AGAIN_SECONDS)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


type Process = Warm | subprocess.Popen[bytes]


def start(
    module: str,
    *arguments: str,
    environment: Mapping[str, str],
    stdout: int = 1,
    stderr: int = 2,
    pass_fds: Sequence[int] = (),
    is_cold: bool = False,
) -> Process:
    """As `python -m module` would, in the root of the project; to the system it has the name of the nursery.

    `is_cold`: it imports all by itself, and has its own name.
    """
    if is_cold or module not in _WARM:
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stdout, stderr=stderr, pass_fds=pass_fds)
    order = {
        "module": module, "arguments": arguments, "environment": dict(environment), "places": [1, 2, *pass_fds]
    }  # fmt: skip
    return Warm(_ask(order, [stdout, stderr, *pass_fds]))


def _ask(order: Mapping[str, Any], handed: Sequence[int] = ()) -> Any:
    with _ordering:
        line = _line()
        socket.send_fds(line, [json.dumps(order).encode() + b"\n"], handed)
        answer = b""
        while not answer.endswith(b"\n"):
            more = line.recv(1 << 16)
            assert more, "the nursery has ended"
            answer += more
    return json.loads(answer)


@cache
def _line() -> socket.socket:
    """To the nursery, which ends when this process does."""
    ours, theirs = socket.socketpair()
    number = theirs.fileno()
    nursery = subprocess.Popen([sys.executable, "-m", "tests.warm.nursery", str(number)], cwd=ROOT, pass_fds=[number])
    theirs.close()
    atexit.register(nursery.wait)
    atexit.register(ours.close)
    return ours
