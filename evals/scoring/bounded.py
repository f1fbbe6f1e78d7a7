"""Calling the process beside, so that no text and no pattern can hold up the one that asks."""

import asyncio
import atexit
import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from evals.scoring.checks import CannotTell

LONGEST_TEXT: Final = 1_000_000
# Of waiting, on a busy machine; the process beside ends its work after a second of its own.
_SECONDS: Final = 60.0
_START: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from evals.scoring import long_work as l; l.serve()"
)


class _Beside:
    """One process for this one, started when it is first needed, and again when it was lost."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def call(self, name: str, *arguments: Any) -> Any:
        request = json.dumps([name, arguments])
        with self._lock:
            try:
                answer = self._asked(request)
            except (OSError, ValueError) as fault:
                self.end()
                raise CannotTell(f"the process that does the work was lost ({fault}).") from fault
        if "untold" in answer:
            raise CannotTell(answer["untold"])
        return answer["found"]

    def end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                _ = pipe and pipe.close()
        process.wait()

    def forget(self) -> None:
        """After a fork: the process is the parent's, and the lock may be held by a thread that is not here."""
        self._process, self._lock = None, threading.Lock()

    def _asked(self, request: str) -> dict[str, Any]:
        process = self._started()
        if process.stdin is None or process.stdout is None:
            raise OSError("it has no pipes")
        process.stdin.write(f"{request}\n")
        process.stdin.flush()
        waiting = select.poll()
        waiting.register(process.stdout, select.POLLIN)
        if not waiting.poll(_SECONDS * 1000):
            raise TimeoutError("it does not answer")
        answer: dict[str, Any] = json.loads(process.stdout.readline())
        return answer

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._process = subprocess.Popen(  # noqa: S603 - our own code
                [sys.executable, "-c", _START, json.dumps(sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="ascii",
                # Nothing secret of ours beside the texts of others.
                env={},
            )
        return self._process


_BESIDE: Final = _Beside()
atexit.register(_BESIDE.end)
os.register_at_fork(after_in_child=_BESIDE.forget)


def call(name: str, *arguments: Any) -> Any:
    """What `long_work.WORK[name]` finds. Blocks for a second at most, as a rule. Raises CannotTell."""
    if any(isinstance(each, str) and len(each) > LONGEST_TEXT for each in arguments):
        raise CannotTell(f"the text is longer than {LONGEST_TEXT:,} characters.")
    return _BESIDE.call(name, *arguments)


async def in_thread[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """So that the event loop goes on while the process beside is waited for."""
    return await asyncio.to_thread(work, *args, **kwargs)
