import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiops.embedded.home import Home
from aiops.embedded.identity import marked
from aiops.embedded.leftovers import end_leftovers, mark_of
from aiops.embedded.run_file import read_run_file


@dataclass(frozen=True)
class Run:
    """A supervisor in a process of its own."""

    process: subprocess.Popen[bytes]
    home: Home
    output_file: Path

    def ready(self) -> dict[str, Any]:
        return until(self._facts)

    def ended(self, number: signal.Signals | None = None) -> int:
        if number is not None:
            self.process.send_signal(number)
        return self.process.wait(timeout=40)

    def living(self) -> list[int]:
        """Whatever was started for this data folder and is still there."""
        return [identity.pid for identity in marked(mark_of(self.home))]

    def output(self) -> str:
        return self.output_file.read_text()

    def clear_away(self) -> None:
        self.process.kill()
        self.process.wait()
        end_leftovers(self.home, print)

    def _facts(self) -> dict[str, Any] | None:
        assert self.process.poll() is None, self.output()
        facts: dict[str, Any] = read_run_file(self.home) or {}
        # A killed one leaves its file behind.
        return facts if facts and facts["pids"]["supervisor"] == [self.process.pid] else None


def until[T](look: Callable[[], T], seconds: float = 30.0) -> T:
    """The first thing seen that is not falsy."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return seen
