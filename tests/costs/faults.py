"""Processes to be killed: a gateway that only writes its journal, and the recorder itself."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from tests.warm.process import ROOT, Process, start

# Makes calls until it is ended, notes the id of each once it is opened, and leaves some open for a while.
WRITER = """
import sys, time
from collections import deque
from pathlib import Path
from costs.journal import Journal
from tests.costs.factories import make_finished, make_opened
folder, name = Path(sys.argv[1]), sys.argv[2]
journal = Journal(folder, name, segment_bytes=256 << 10)
notes = (folder / f"{name}.notes").open("w")
open_calls = deque()
while True:
    call = make_opened()
    journal.opened(call)
    print(call.id, file=notes, flush=True)
    open_calls.append(call)
    if len(open_calls) > 20:
        journal.finished(make_finished(open_calls.popleft()))
    if len(open_calls) % 7 == 0:
        journal.sync()
    time.sleep(0.0005)
"""


def start_writer(folder: Path, process_id: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(folder), process_id], cwd=ROOT)


def noted(folder: Path) -> set[UUID]:
    """The calls that writers say they have opened; a last line may be torn."""
    lines = [line for path in folder.glob("*.notes") for line in path.read_text().split("\n")[:-1]]
    return {UUID(line) for line in lines}


def start_recorder(home: Path, **environment: str) -> Process:
    settings = {**os.environ, "AIOPS_HOME": str(home), **environment}
    with (home / "recorder.log").open("a") as log:
        return start("costs.recorder", environment=settings, stderr=log.fileno())


def run_and_kill(home: Path, *, lives: Sequence[float]) -> None:
    """One recorder after the other, each killed after so many seconds."""
    for seconds in lives:
        recorder = start_recorder(home)
        time.sleep(seconds)
        kill(recorder)


def kill(process: Process) -> None:
    process.kill()
    process.wait(timeout=20)


def end(process: Process) -> int:
    process.terminate()
    return process.wait(timeout=20)


def until(condition: Callable[[], bool], *, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
