import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn


class Progress:
    """What is going on before everything is ready: a spinner a task on a terminal, else a line with the seconds."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._bars = _bars() if sys.stdout.isatty() else None

    def start(self) -> None:
        if self._bars:
            self._bars.start()

    def close(self) -> None:
        if self._bars:
            with suppress(OSError):  # the terminal may be gone by now
                self._bars.stop()

    def seconds(self) -> float:
        return time.monotonic() - self._began

    @contextmanager
    def doing(self, title: str) -> Iterator[None]:
        if self._bars is None:
            with suppress(OSError):
                print(f"{self.seconds():5.1f} s  {title}", flush=True)
            yield
            return
        bar = self._bars.add_task(title, total=1)
        yield
        self._bars.update(bar, completed=1)


def _bars() -> Bars:
    return Bars(
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(file=sys.stdout),
    )
