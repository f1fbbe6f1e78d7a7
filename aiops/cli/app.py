import typer

app = typer.Typer(
    name="aiops",
    help="Run the AI Ops Console, and act on one that runs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _top() -> None:
    """`aiops COMMAND --help` tells what a command takes."""
