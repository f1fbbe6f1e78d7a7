"""`python -m tests.warm.nursery FD`: has imported what processes are made of, and forks off those it is told to.

Each begins as `python -m MODULE` would, with settings read from an environment of its own; only its imports are done.
"""

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Any, Final

import django
from django.conf import settings
from django.db import connections
from django.utils.functional import empty

# What a module imports, and nothing that reads a setting which differs from process to process.
NEEDS: Final = {
    "gateway": ("gateway.app", "gateway.process.runtime", "gateway.process.server", "gateway.process.http", "uvloop"),
    "costs.recorder": ("costs.recorder.loop", "costs.recorder.stopping"),
    "uvicorn": ("uvicorn.main", "uvicorn.protocols.http.httptools_impl", "uvloop", "aiops.urls"),
}
# Above any that a test hands down.
_OUT_OF_THE_WAY: Final = 500
_MOST: Final = 1 << 16


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    django.setup()
    with socket.socket(fileno=int(sys.argv[1])) as line:
        order = _serve(line)
    if order:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _run(order)


def _serve(line: socket.socket) -> dict[str, Any] | None:
    """The order to fulfil, in a process that was forked off for it; none when nobody is there who gives any."""
    while told := _read(line):
        order, handed = told
        if "pid" in order:
            answer = _end_of(order["pid"])
        elif pid := _fork(order["module"]):
            answer = pid
        else:
            _take(handed, order["places"])
            return order
        for each in handed:
            os.close(each)
        line.sendall(json.dumps(answer).encode() + b"\n")
    return None


def _read(line: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    data, handed, _, _ = socket.recv_fds(line, _MOST, 8)
    while data and not data.endswith(b"\n"):
        data += line.recv(_MOST)
    return (json.loads(data), handed) if data else None


def _fork(module: str) -> int:
    for name in NEEDS[module]:
        importlib.import_module(name)
    gc.freeze()
    return os.fork()


def _end_of(pid: int) -> int | None:
    """With what it ended, as `subprocess` tells it; none while it runs. Its number is nobody else's until then."""
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _take(handed: Sequence[int], places: Sequence[int]) -> None:
    """Each file in its place."""
    away = range(_OUT_OF_THE_WAY, _OUT_OF_THE_WAY + len(handed))
    _move(handed, away)
    _move(away, places)


def _move(files: Sequence[int], places: Sequence[int]) -> None:
    for file, place in zip(files, places, strict=True):
        os.dup2(file, place)
        os.close(file)


def _run(order: dict[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(order["environment"])
    _read_settings_anew()
    sys.argv = ["-m", *order["arguments"]]
    runpy.run_module(order["module"], run_name="__main__", alter_sys=True)


def _read_settings_anew() -> None:
    importlib.reload(sys.modules[os.environ["DJANGO_SETTINGS_MODULE"]])
    settings._wrapped = empty
    # What imports asked it for is of the settings as they were then; nothing is connected yet.
    connections.__dict__.clear()
    connections.__init__()  # type: ignore[misc]


if __name__ == "__main__":
    main()
