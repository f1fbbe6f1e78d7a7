import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

import orjson

from aiops.embedded.errors import CannotStart
from aiops.embedded.home import Home
from aiops.embedded.identity import Identity, identity_of, read_identity
from aiops.embedded.run_file import read_run_file


class AlreadyRunning(CannotStart):
    def __init__(self, home: Home) -> None:
        facts = read_run_file(home)
        where = f"at {facts['url']}" if facts else "and not ready yet"
        super().__init__(
            f"It runs already with {home.path}, {where}. `aiops status` tells more, `aiops down` stops it."
        )


@contextmanager
def locked(home: Home) -> Iterator[None]:
    """Held as long as this process lives: the kernel lets go of it, however the process ends."""
    with home.lock_file.open("a+b") as file:
        home.lock_file.chmod(0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(home) from None
        me = identity_of(os.getpid())
        file.truncate(0)
        file.write(orjson.dumps({"pid": me.pid, "started": me.started}))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def holder(home: Home) -> Identity | None:
    """The supervisor that runs now."""
    supervisor = read_identity(home.lock_file)
    return supervisor if supervisor and supervisor.is_alive() else None
