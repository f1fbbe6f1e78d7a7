"""`aiops status` and `aiops doctor`: what runs on this machine, and what is wrong with it."""

# ruff: noqa: PLC0415 - what looks at servers takes long to import, which the other commands must not pay
import os
from dataclasses import asdict

import typer

from aiops.cli.app import app
from aiops.cli.options import Json
from aiops.cli.printing import print_json, print_table

_PANEL = "This machine"
_COLOURS = {"ok": typer.colors.GREEN, "warn": typer.colors.YELLOW, "fail": typer.colors.RED}


@app.command(rich_help_panel=_PANEL)
def status(as_json: Json = False) -> None:
    """What runs, and where. Exit code 1 when the console is not ready."""
    from aiops.embedded.greeting import addresses
    from aiops.embedded.home import Home
    from aiops.embedded.settings import home_path
    from aiops.embedded.status import status as look
    from aiops.embedded.waiting import waiting

    home = Home(home_path(os.environ))
    now = look(home)
    if as_json:
        print_json(asdict(now))
    else:
        rows = [[one.name, one.pid, "running" if one.alive else "gone", one.seconds] for one in now.processes]
        print_table(["process", "pid", "state", "seconds"], rows, numbers=["pid", "seconds"])
        for one in waiting(home):
            typer.echo(f"{one.name} serves nothing yet: {one.why}")
        typer.echo(addresses(asdict(now)) if now.ready else "Not ready. `make up` starts it.")
    raise typer.Exit(0 if now.ready else 1)


@app.command(rich_help_panel=_PANEL)
def doctor(as_json: Json = False) -> None:
    """Check machine, data folder, servers and processes. Exit code 1 when something fails."""
    from aiops.embedded.doctor import State, examine

    findings = examine(os.environ)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            typer.secho(f"{finding.state:<5}", fg=_COLOURS[finding.state], nl=False)
            typer.echo(f"{finding.name}: {finding.means}" + (f"\n     → {finding.do}" if finding.do else ""))
    raise typer.Exit(1 if any(finding.state is State.FAIL for finding in findings) else 0)
