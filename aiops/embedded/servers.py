"""Real servers for a test suite: on free ports, quick rather than safe, gone when the tests are."""

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from aiops.embedded.errors import CannotStart
from aiops.embedded.logs import last_lines
from aiops.embedded.ports import free_port
from aiops.embedded.postgres import OWNER, Postgres
from aiops.embedded.valkey import Valkey

PASSWORD = "only-for-tests"  # noqa: S105 - guards servers that live as long as a test run
_PATIENCE = 30.0


@contextmanager
def test_servers(folder: Path) -> Iterator[tuple[str, str]]:
    """The addresses of PostgreSQL (as owner of the database) and of Valkey."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "valkey").mkdir(exist_ok=True)
    postgres = Postgres(folder / "postgres", free_port(), PASSWORD, careless=True)
    valkey = Valkey(folder / "valkey", free_port(), PASSWORD, careless=True)
    with ExitStack() as running:
        for server, name, end in ((postgres, "postgres", signal.SIGQUIT), (valkey, "valkey", signal.SIGTERM)):
            server.make_ready()
            running.enter_context(serving(server.command(), end, folder / f"{name}.log"))
        _await(postgres.answers, folder / "postgres.log")
        _await(valkey.answers, folder / "valkey.log")
        postgres.provision(PASSWORD)
        yield postgres.address(OWNER, PASSWORD), valkey.address


@contextmanager
def serving(
    command: tuple[str, ...], end: signal.Signals, log: Path, env: Mapping[str, str] | None = None
) -> Iterator[int]:
    """Its process id."""
    # They end with the thread that started them, also when that is killed; their data is thrown away.
    bound = ("setpriv", "--pdeathsig", end.name) if shutil.which("setpriv") else ()
    with log.open("ab") as file:
        server = subprocess.Popen([*bound, *command], stdout=file, stderr=file, env=env, start_new_session=True)
    try:
        yield server.pid
    finally:
        server.send_signal(end)
        _reap(server)


def _reap(server: subprocess.Popen[bytes]) -> None:
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _await(is_ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not is_ready():
        if time.monotonic() > deadline:
            raise CannotStart(f"{log} ends:\n{last_lines(log)}")
        time.sleep(0.02)
