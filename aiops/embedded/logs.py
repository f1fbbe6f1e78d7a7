"""Logs are files that the processes write themselves, not pipes: no process waits for a stopped terminal, and none
breaks when its supervisor is killed. What the terminal shows is read back from the files."""

import re
import shutil
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import override

from aiops.embedded.home import Home

_LIMIT = 5_000_000
_PAUSE = 0.1
_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def tell(home: Home, text: str) -> None:
    """The supervisor's own log. It speaks there and not to the terminal, which may be stopped or gone."""
    try:
        with home.log("supervisor").open("a") as file:
            file.write(f"{stamp()} {text.rstrip()}\n")
    except OSError:
        return  # a full disk must not end the supervisor


def stamp() -> str:
    """As the processes date their own lines; `aiops/log_lines.py` has the other half."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"


def last_lines(path: Path, count: int = 15) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 20_000))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-count:])


def rotate(path: Path, limit: int = _LIMIT) -> None:
    """Keep one older file. The living one is emptied in place, as its writer has it open for appending."""
    try:
        if path.exists() and path.stat().st_size > limit:
            shutil.copyfile(path, path.with_suffix(".log.1"))
            with path.open("r+b") as file:
                file.truncate(0)
    except OSError:
        return


class LogView(threading.Thread):
    def __init__(self, home: Home, names: Iterable[str]) -> None:
        super().__init__(name="log-view", daemon=True)
        names = list(names)
        width = max(map(len, names))
        self._tails = [_Tail(home.log(name), _prefix(name, width, index)) for index, name in enumerate(names)]
        self._ended = threading.Event()

    @override
    def run(self) -> None:
        while not self._ended.wait(_PAUSE):
            self.show()
        self.show()

    def close(self) -> None:
        self._ended.set()
        # A stopped terminal must not hold up the end.
        self.join(timeout=2.0)

    def show(self) -> None:
        lines = [line for tail in self._tails for line in tail.fresh_lines()]
        try:
            if lines:
                sys.stdout.write("\n".join(lines) + "\n")
                sys.stdout.flush()
        except OSError:
            return  # the terminal was closed; the files go on


class _Tail:
    def __init__(self, path: Path, prefix: str) -> None:
        self._path, self._prefix, self._rest = path, prefix, b""
        self._position = path.stat().st_size if path.exists() else 0

    def fresh_lines(self) -> list[str]:
        *lines, self._rest = (self._rest + self._read()).split(b"\n")
        return [self._prefix + _CONTROL.sub("", line.decode(errors="replace")) for line in lines if line.strip()]

    def _read(self) -> bytes:
        try:
            size = self._path.stat().st_size
            if size == self._position:
                return b""
            with self._path.open("rb") as file:
                file.seek(self._position if size > self._position else 0)
                data = file.read()
                self._position = file.tell()
                return data
        except OSError:
            return b""


def _prefix(name: str, width: int, index: int) -> str:
    if not sys.stdout.isatty():
        return f"{name:<{width}} | "
    return f"\x1b[{_COLOURS[index % len(_COLOURS)]}m{name:<{width}} |\x1b[0m "
