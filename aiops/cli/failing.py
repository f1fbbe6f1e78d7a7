"""How a command gives up: one clear line on stderr, an exit code that scripts can rely on, and with --json a
refusal that programs can read."""

from collections.abc import Mapping
from typing import Any, Final, NoReturn

import typer

from aiops.cli.printing import print_json, wants_json

ERROR: Final = 1
UNCONFIRMED: Final = 3


class Refusals:
    """What the console refused last, in its own words: people may be told it in others."""

    last: Mapping[str, Any] | None = None


class GaveUp(typer.Exit):
    """`message` and `error` as they were told, or as a command that goes on has to tell them."""

    def __init__(self, message: str, code: int, error: str) -> None:
        super().__init__(code)
        self.message = message
        self.error = error


class Silence:
    """Whether whoever catches GaveUp tells it."""

    is_kept = False


def fail(message: str, code: int = ERROR, *, error: str = "") -> NoReturn:
    """`error` is the code for programs, where the console has not given one."""
    if Silence.is_kept:
        raise GaveUp(message, code, error)
    typer.secho(f"aiops: {message}", err=True, fg=typer.colors.RED)
    # One document on stdout, never two.
    if wants_json():
        told = None if error else Refusals.last
        print_json({"error": told or {"code": error or "failed", "detail": message}})
    raise GaveUp(message, code, error)
