"""Runs, followed to their end: with bars in a terminal, with lines now and then in a job's log."""

import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Protocol

import typer

from aiops.cli.evals.asking import Asking, Failed, Unreachable, clean
from aiops.cli.evals.exits import UNMEASURED

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

type Run = dict[str, Any]

_PAUSE: Final = 0.5
# A console that is being restarted is back by then.
_TRIES: Final = 10
_LINE_EVERY: Final = 15.0
_LOOKS: Final = {2: ", asking more", 3: ", must-pass cases again"}


class Shown(Protocol):
    def update(self, run: Run) -> None: ...


def watch(console: Asking, runs: dict[str, Run], *, timeout: float) -> None:
    """Brings `runs`, by their ids, up to date until all have ended.

    Whatever breaks this off, Ctrl-C too, has the console ask nothing more. Raises Failed.
    """
    before = _done(runs)
    try:
        with _interruptible(), _shown() as shown:
            deadline = time.monotonic() + timeout
            while running := _running(runs):
                if time.monotonic() >= deadline:
                    raise Failed(_late(runs, timeout, before), UNMEASURED, error="timeout")
                time.sleep(_PAUSE)
                for run in running:
                    runs[run["id"]] = _read(console, run["id"])
                    shown.update(runs[run["id"]])
    except BaseException:
        cancel(console, runs)
        raise


def cancel(console: Asking, runs: dict[str, Run]) -> None:
    """Those that have not ended; `runs` then says so."""
    for run in _running(runs):
        # It may be the console that is gone.
        with suppress(Failed):
            runs[run["id"]] = _clean(console.post(f"runs/{run['id']}/cancel/", {}))


def _running(runs: Mapping[str, Run]) -> list[Run]:
    return [run for run in runs.values() if run["state"] == "running"]


def _done(runs: Mapping[str, Run]) -> int:
    return sum(run["done"] for run in runs.values())


def title(run: Run) -> str:
    against = f" against {run['base_label']}" if run["base_label"] else ", alone"
    return str(clean(f"{run['suite']}: {run['prompt']} {run['head_label']}{against}"))


def _late(runs: Mapping[str, Run], timeout: float, before: int) -> str:
    what = "The run" if len(runs) == 1 else f"{len(_running(runs)):,} of {len(runs):,} runs"
    planned = sum(run["planned"] for run in runs.values())
    how = f"{_done(runs):,} of {planned:,} calls are done." if _done(runs) > before else "Is a worker running?"
    return f"{what} did not end within {timeout:,.0f} s. {how}"


def _read(console: Asking, run: str) -> Run:
    for _ in range(_TRIES - 1):
        try:
            return _clean(console.get(f"runs/{run}/"))
        except Unreachable as fault:
            typer.echo(f"{fault.detail} Asking again.", err=True)
            time.sleep(4 * _PAUSE)
    return _clean(console.get(f"runs/{run}/"))


def _clean(run: Run) -> Run:
    found: Run = clean(run)
    return found


@contextmanager
def _interruptible() -> Iterator[None]:
    """A job that is cancelled is told so by SIGTERM, which is then as good as Ctrl-C."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _shown() -> Iterator[Shown]:
    if not sys.stderr.isatty():
        yield _Lines()
        return
    with _bars() as progress:
        yield _Bars(progress)


def _bars() -> "Progress":
    from rich import progress  # noqa: PLC0415 - only terminals need it
    from rich.console import Console  # noqa: PLC0415

    return progress.Progress(
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        # stdout is for the verdict.
        console=Console(stderr=True),
    )


class _Bars:
    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def update(self, run: Run) -> None:
        if run["id"] not in self._tasks:
            self._tasks[run["id"]] = self._progress.add_task(title(run), total=run["planned"])
        self._progress.update(
            self._tasks[run["id"]],
            description=title(run) + _LOOKS.get(run["look"], ""),
            completed=run["done"],
            # It grows when the gate asks for more.
            total=run["planned"],
        )


class _Lines:
    def __init__(self) -> None:
        self._told: dict[str, float] = {}

    def update(self, run: Run) -> None:
        now = time.monotonic()
        if now - self._told.get(run["id"], 0) >= _LINE_EVERY or run["state"] != "running":
            self._told[run["id"]] = now
            told = f"{run['done']:,} of {run['planned']:,} calls{_LOOKS.get(run['look'], '')}"
            typer.echo(f"{title(run)}: {told}", err=True)
