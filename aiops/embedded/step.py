import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import orjson

from aiops.embedded.errors import CannotStart
from aiops.embedded.home import ROOT, Home
from aiops.embedded.logs import last_lines, stamp
from aiops.embedded.process import Step

type Report = dict[str, object]


async def run_step(step: Step, home: Home) -> Report:
    """Run it to its end; what it prints goes to its log, dated, but for the report, which may hold secrets."""
    with home.log(step.name).open("ab") as log:
        running = await asyncio.create_subprocess_exec(
            *step.command,
            cwd=ROOT,
            env=dict(step.env),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            start_new_session=True,
        )
        try:
            report = await _read(running, log, reports=step.reports)
            code = await running.wait()
        finally:
            await _end(running)
    if code != 0 or (step.reports and report is None):
        raise CannotStart(f"{step.title} failed (exit code {code}). {_why(home.log(step.name))}")
    step.remember()
    return report or {}


async def _read(running: Process, log: BinaryIO, *, reports: bool) -> Report | None:
    report: Report | None = None
    while running.stdout and (line := await running.stdout.readline()):
        if reports and line.startswith(b"{"):
            report = orjson.loads(line)
            continue
        if line.strip():
            log.write(stamp().encode() + b" " + line)
            log.flush()
    return report


def _why(log: Path) -> str:
    """The line that a wrong setting ends with is said for people; of anything else, what led to it."""
    _, is_setting, said = last_lines(log, 1).partition("ImproperlyConfigured: ")
    return said if is_setting else f"{log} ends:\n{last_lines(log)}"


async def _end(running: Process) -> None:
    if running.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        await running.wait()
