from typing import Any, Final, override

import typer
from typer.core import TyperGroup

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


@app.callback()
def _top() -> None:
    """`aiops COMMAND --help` tells what a command takes."""
