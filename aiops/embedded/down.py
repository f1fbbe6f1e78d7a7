import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress

from aiops.embedded.home import Home
from aiops.embedded.identity import Identity
from aiops.embedded.leftovers import end_leftovers
from aiops.embedded.lock import holder, locked

# How long a polite end may take, then a hurried one; SIGTERM twice is Ctrl-C twice.
_TRIES = ((signal.SIGTERM, 60.0), (signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0))


def stop_everything(home: Home, say: Callable[[str], None]) -> None:
    if not home.pids.is_dir():
        say(f"nothing was ever started with {home.path}")
        return
    supervisor = holder(home)
    if supervisor is not None:
        say(f"stopping the supervisor, process {supervisor.pid}")
        _end(supervisor)
    with locked(home):
        end_leftovers(home, say)


def _end(supervisor: Identity) -> None:
    for number, seconds in _TRIES:
        with suppress(ProcessLookupError):
            os.kill(supervisor.pid, number)
        deadline = time.monotonic() + seconds
        while supervisor.is_alive():
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        else:
            return
