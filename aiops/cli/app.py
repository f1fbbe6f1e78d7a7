from typing import Annotated, Any, Final, override

import typer
from typer.core import TyperGroup

from aiops.cli.version import version

# What its reader of values puts before what is wrong with one.
_OF_THE_LIBRARY: Final = "Value error, "


class Commands(TyperGroup):
    """Whose wrong values are told in the words of their commands alone."""

    @override
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as fault:
            fault.message = fault.message.removeprefix(_OF_THE_LIBRARY)
            raise


app = typer.Typer(
    name="aiops",
    cls=Commands,
    help="Run the AI Ops Console, and act on one that runs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _say_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"aiops {version()}")
        raise typer.Exit


@app.callback()
def _top(
    is_asked: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which release this is.")
    ] = False,
) -> None:
    """`aiops COMMAND --help` tells what a command takes."""
