"""aiops drill."""

from typing import Any

import typer

from aiops.cli.app import app
from aiops.cli.failing import fail
from aiops.cli.options import REMOTE, Json
from aiops.cli.printing import print_json
from aiops.cli.remote import BREAK_GLASS, connect


@app.command(rich_help_panel=REMOTE)
def drill(as_json: Json = False) -> None:
    """Try the kill-switch out on every gateway, with a feature of the console's own. Exit code 1: it did not pass."""
    found = connect(BREAK_GLASS).post("drills/", {})
    if as_json:
        print_json(found)
    else:
        for line in _lines(found):
            typer.echo(line)
    if not found["passed"]:
        fail(found["trouble"], error="drill_failed")


def _lines(found: dict[str, Any]) -> list[str]:
    stopped, lifted = _took(found["stop_seconds"]), _took(found["lift_seconds"])
    return [
        f"{found['confirmed']} of {found['total']} gateways confirmed; stopped {stopped}, lifted {lifted}.",
        *(f"  {each['name']}: {_took(each['seconds'])}" for each in found["processes"]),
        f"{found['refused']} of {found['asked']} calls refused while it was stopped, by {_reached(found)}.",
        *(["Passed."] if found["passed"] else []),
    ]


def _took(seconds: float | None) -> str:
    return "not confirmed" if seconds is None else f"in {seconds * 1000:.0f} ms"


def _reached(found: dict[str, Any]) -> str:
    return ", ".join(found["reached"]) or "no gateway that said who it is"
