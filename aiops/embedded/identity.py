"""Which process is meant. A pid alone is not enough: numbers are used again."""

import os
from dataclasses import dataclass
from pathlib import Path

import orjson

from aiops.embedded.home import write_private

# In the environment of everything a supervisor starts, so that nothing of it is ever lost sight of.
MARK = "AIOPS_SUPERVISED"
_STATE, _SESSION, _STARTED = 0, 3, 19  # fields 3, 6 and 22 of /proc/PID/stat, counted after the name


@dataclass(frozen=True, slots=True)
class Identity:
    pid: int
    started: int

    def is_alive(self) -> bool:
        return started_of(self.pid) == self.started


def started_of(pid: int) -> int | None:
    """When the kernel started it, in ticks since boot; None if it is gone, or dead and not yet reaped."""
    fields = _stat(pid)
    return None if fields is None or fields[_STATE] in "ZX" else int(fields[_STARTED])


def identity_of(pid: int) -> Identity:
    return Identity(pid, started_of(pid) or 0)


def write_identity(path: Path, identity: Identity) -> None:
    write_private(path, orjson.dumps({"pid": identity.pid, "started": identity.started}))


def read_identity(path: Path) -> Identity | None:
    try:
        stored = orjson.loads(path.read_bytes())
        return Identity(int(stored["pid"]), int(stored["started"]))
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None


def session_members(session: int) -> list[int]:
    return [pid for pid in all_pids() if (fields := _stat(pid)) and int(fields[_SESSION]) == session]


def marked(value: str) -> list[Identity]:
    """Every living process whose environment bears the mark, also grandchildren whose parent is gone."""
    wanted = f"{MARK}={value}".encode()
    return [identity_of(pid) for pid in all_pids() if wanted in _words(pid, "environ") and started_of(pid)]


def all_pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def command_line(pid: int) -> list[str]:
    return [os.fsdecode(word) for word in _words(pid, "cmdline")]


def environment_of(pid: int) -> dict[str, str]:
    pairs = (os.fsdecode(word).partition("=") for word in _words(pid, "environ"))
    return {name: value for name, _, value in pairs if name}


def _stat(pid: int) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    # The name is in brackets and may hold spaces and brackets itself.
    return text.rpartition(")")[2].split()


def _words(pid: int, file: str) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/{file}").read_bytes().split(b"\0")
    except OSError:
        return []
