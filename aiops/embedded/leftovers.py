"""Processes of a supervisor that was killed: they went on working, and end before a new one starts its own."""

import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from aiops.embedded.home import Home
from aiops.embedded.identity import MARK, Identity, identity_of, marked, read_identity, session_members
from aiops.embedded.process import stop_signal

_SERVERS = ("postgres", "valkey")
_PATIENCE = 20.0


def end_leftovers(home: Home, say: Callable[[str], None]) -> None:
    """Servers last, as the others still write. Whatever bears this folder's mark is gone afterwards."""
    found = {file.stem: identity for file in sorted(home.pids.glob("*.json")) if (identity := read_identity(file))}
    living = {name: identity for name, identity in found.items() if identity.is_alive()}
    if living:
        say(f"ending what an earlier run left: {', '.join(living)}")
    _end({name: identity for name, identity in living.items() if name not in _SERVERS})
    _end({name: identity for name, identity in living.items() if name in _SERVERS})
    _kill(marked(mark_of(home)))
    for file in home.pids.glob("*.json"):
        file.unlink(missing_ok=True)
    home.run_file.unlink(missing_ok=True)


def mark_of(home: Home) -> str:
    return str(home.path)


def marking(home: Home) -> dict[str, str]:
    return {MARK: mark_of(home)}


def _end(processes: dict[str, Identity]) -> None:
    sessions = {name: [identity_of(pid) for pid in session_members(one.pid)] for name, one in processes.items()}
    for name, identity in processes.items():
        with suppress(ProcessLookupError):
            os.kill(identity.pid, stop_signal(name))
    _wait(processes.values())
    _kill(member for members in sessions.values() for member in members)


def _wait(processes: Iterable[Identity]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while any(one.is_alive() for one in processes) and time.monotonic() < deadline:
        time.sleep(0.05)


def _kill(processes: Iterable[Identity]) -> None:
    killed = [one for one in processes if one.is_alive()]
    for one in killed:
        with suppress(ProcessLookupError):
            os.kill(one.pid, signal.SIGKILL)
    _wait(killed)
