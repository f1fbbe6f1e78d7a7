"""How a command gives up: one clear line on stderr and an exit code that scripts can rely on."""

from typing import Final, NoReturn

import typer

ERROR: Final = 1
UNCONFIRMED: Final = 3


def fail(message: str, code: int = ERROR) -> NoReturn:
    typer.secho(f"aiops: {message}", err=True, fg=typer.colors.RED)
    raise typer.Exit(code)
