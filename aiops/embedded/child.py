import asyncio
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from aiops.embedded.errors import CannotStart
from aiops.embedded.home import ROOT, Home
from aiops.embedded.identity import identity_of, write_identity
from aiops.embedded.logs import tell
from aiops.embedded.process import Process, stop_signal

_FIRST_PAUSE, _LONGEST_PAUSE, _HEALTHY_AFTER = 0.2, 10.0, 30.0


class Child:
    """One process, kept alive until it is told to stop."""

    def __init__(self, process: Process, home: Home, on_change: Callable[[], None]) -> None:
        self.process = process
        self.deaths = 0
        self.pid: int | None = None
        self._home = home
        self._on_change = on_change
        self._pause = _FIRST_PAUSE
        self._keeper: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._keeper = asyncio.create_task(self._keep(), name=self.process.name)

    async def stop(self, hurry: asyncio.Event) -> None:
        """Ask it to end and wait; when its time is up, or everybody's, it is killed."""
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            return
        if self.pid is None:
            keeper.cancel()
        else:
            self._signal(stop_signal(self.process.name))
            hurried = asyncio.create_task(hurry.wait())
            await asyncio.wait({keeper, hurried}, timeout=self.process.patience, return_when=asyncio.FIRST_COMPLETED)
            hurried.cancel()
            if not keeper.done():
                tell(self._home, f"{self.process.name} does not end; it is killed")
                self._signal(signal.SIGKILL)
        await asyncio.gather(keeper, return_exceptions=True)

    async def _keep(self) -> None:
        while True:
            began = asyncio.get_running_loop().time()
            how = await self._run_once()
            if self._keeper is None:
                return
            self.deaths += 1
            lived = asyncio.get_running_loop().time() - began
            self._pause = _FIRST_PAUSE if lived > _HEALTHY_AFTER else self._pause
            tell(self._home, f"{self.process.name} {how}; starting it again in {self._pause:.1f} s")
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    async def _run_once(self) -> str:
        try:
            await asyncio.to_thread(self.process.before)
            running = self._spawn()
        except (OSError, CannotStart) as fault:
            return f"cannot be started ({fault})"
        try:
            return _in_words(await _wait(running))
        finally:
            self.pid = None
            self._pid_file.unlink(missing_ok=True)

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self._home.log(self.process.name).open("ab") as log:
            running = subprocess.Popen(
                self.process.command,
                cwd=ROOT,
                env=dict(self.process.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[listener.fileno() for listener in self.process.sockets],
                start_new_session=True,  # Ctrl-C is the supervisor's alone
            )
        self.pid = running.pid
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, running.pid, os.nice(0) + self.process.nice)
        with suppress(OSError):  # a full disk: the mark in its environment still tells whose it is
            write_identity(self._pid_file, identity_of(running.pid))
        self._on_change()
        return running

    @property
    def _pid_file(self) -> Path:
        return self._home.pids / f"{self.process.name}.json"

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


async def _wait(running: subprocess.Popen[bytes]) -> int:
    loop = asyncio.get_running_loop()
    gone = asyncio.Event()
    descriptor = os.pidfd_open(running.pid)
    loop.add_reader(descriptor, gone.set)
    try:
        await gone.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
    # What it started goes with it. It is not reaped yet, so its number cannot be anybody else's.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, signal.SIGKILL)
    return running.wait()


def _in_words(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
