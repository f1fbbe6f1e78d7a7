"""Commands about the console on this machine: they read its data folder, and ask nothing of its API."""

# ruff: noqa: PLC0415 - what starts servers takes half a second to import, which the other commands must not pay
import os

import typer

from aiops.cli.app import app

_PANEL = "This machine"


@app.command(rich_help_panel=_PANEL)
def up() -> None:
    """Start everything and stay with it; Ctrl-C stops it all.

    Settings come from the environment: AIOPS_HOME, AIOPS_PORT, AIOPS_GATEWAY_PORT, AIOPS_GATEWAYS, DATABASE_URL,
    REDIS_URL, DEMO=0 (start empty), LOCAL_LLM=1 (a small model of your own),
    ERP=1 (a Tryton of your own).
    """
    from aiops.embedded.up import run_everything

    run_everything(os.environ)


@app.command(rich_help_panel=_PANEL)
def down() -> None:
    """Stop everything, also what a killed `aiops up` left behind."""
    from aiops.embedded.down import stop_everything
    from aiops.embedded.home import Home
    from aiops.embedded.settings import home_path

    stop_everything(Home(home_path(os.environ)), typer.echo)
