"""Waiting until every gateway process has confirmed a change of the stops."""

import time
from typing import Annotated, Any

import typer

from aiops.cli.failing import UNCONFIRMED, fail
from aiops.cli.printing import counted, print_json
from aiops.cli.remote import Console

Wait = Annotated[bool, typer.Option("--wait", help="Return when every process has confirmed.")]
Timeout = Annotated[float, typer.Option(min=0, metavar="SECONDS", help="With --wait: give up, with exit code 3.")]

_PAUSE = 0.1


def report(console: Console, result: dict[str, Any], said: str, *, wait: bool, timeout: float, as_json: bool) -> None:
    """Committed by now: say so before the wait, which may be interrupted."""
    if not as_json:
        typer.echo(f"{said} Revision {result['revision']}.")
    confirmed = _wait(console, result["revision"], timeout) if wait else None
    if as_json:
        print_json(result | {"confirmations": confirmed})
    elif confirmed is not None and confirmed["complete"]:
        typer.echo(_confirmed(confirmed))
    if confirmed is not None and not confirmed["complete"]:
        fail(_unconfirmed(confirmed, timeout), UNCONFIRMED)


def _wait(console: Console, revision: int, timeout: float) -> dict[str, Any]:
    deadline = time.monotonic() + timeout
    while True:
        confirmed: dict[str, Any] = console.get(f"stops/revisions/{revision}/")
        if confirmed["complete"] or time.monotonic() >= deadline:
            return confirmed
        time.sleep(_PAUSE)


def _confirmed(confirmed: dict[str, Any]) -> str:
    if not confirmed["total"]:
        return "No gateway is running, so no call can pass."
    within = "" if confirmed["seconds"] is None else f" in {confirmed['seconds']:.2f} s"
    cut = f"; {counted(confirmed['cut'], 'answer')} cut" if confirmed["cut"] else ""
    return f"{confirmed['confirmed']} of {confirmed['total']} processes confirmed{within}{cut}."


def _unconfirmed(confirmed: dict[str, Any], timeout: float) -> str:
    late = [f"{name} (late)" for name in confirmed["laggards"]] + [f"{name} (no contact)" for name in confirmed["lost"]]
    return (
        f"After {timeout:g} s only {confirmed['confirmed']} of {confirmed['total']} processes have confirmed. "
        f"Calls may still run on: {', '.join(late)}. `aiops doctor` says what to do about each."
    )
