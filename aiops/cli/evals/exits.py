"""What a job that waits for a verdict reads from the exit code."""

import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, override

import typer
from typer.core import TyperCommand

PASS, BLOCKED, UNMEASURED, INCONCLUSIVE, USAGE = range(5)
INTERRUPTED: Final = 130

NOT_MEASURED: Final = "could not measure"
# Of a run that judges nothing.
MEASURED: Final = "measured"
OF_VERDICT: Final[Mapping[str, int]] = {
    "pass": PASS,
    "blocked": BLOCKED,
    NOT_MEASURED: UNMEASURED,
    "inconclusive": INCONCLUSIVE,
    MEASURED: PASS,
}
# Of several the first one that is there decides.
_GRAVEST_FIRST: Final = ("blocked", NOT_MEASURED, "inconclusive")


def gravest(verdicts: Iterable[str]) -> str:
    there = set(verdicts)
    return next((verdict for verdict in _GRAVEST_FIRST if verdict in there), "pass")


class Gate(TyperCommand):
    """A command whose exit code is a verdict: neither wrong usage nor a fault of our own may look like one."""

    @override
    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        with _told():
            return super().make_context(*args, **kwargs)

    @override
    def invoke(self, ctx: Any) -> Any:
        with _told():
            return super().invoke(ctx)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (typer.Exit, typer.Abort):
        raise
    except Exception as fault:
        if hasattr(fault, "format_message"):
            # Wrong usage has 2 elsewhere; typer hides its class.
            vars(fault)["exit_code"] = USAGE
            raise
        traceback.print_exc()
        raise typer.Exit(UNMEASURED) from fault
