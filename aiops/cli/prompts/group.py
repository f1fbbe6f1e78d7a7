import typer

from aiops.cli.app import app

PANEL = "Prompts and evals"

group = typer.Typer(help="Prompts as files: check, render, push, release.", no_args_is_help=True)
app.add_typer(group, name="prompts", rich_help_panel=PANEL)


@group.callback()
def prompts() -> None:
    """Prompts are files, *.prompt.yaml, in your repository; the console keeps and serves their versions."""
