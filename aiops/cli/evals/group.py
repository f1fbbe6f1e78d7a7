import typer

from aiops.cli.app import app
from aiops.cli.prompts.group import PANEL

group = typer.Typer(help="Suites of cases: run them, and judge what came of it.", no_args_is_help=True)
app.add_typer(group, name="evals", rich_help_panel=PANEL)


@group.callback()
def evals() -> None:
    """A run asks a suite's cases of a prompt's version, beside another one, and ends with a verdict."""
