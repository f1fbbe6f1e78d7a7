"""aiops stop, lift, stops."""

import time
from enum import StrEnum
from typing import Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.failing import UNCONFIRMED, fail
from aiops.cli.options import REMOTE, Feature, Json, expiry
from aiops.cli.options import Tenant as OfTenant
from aiops.cli.printing import local, print_json, print_table
from aiops.cli.remote import Console, connect
from aiops.lib import durations

_PAUSE = 0.1


class Reason(StrEnum):
    LOOKING = "looking"
    ANSWERS = "answers"
    COST = "cost"
    PRIVACY = "privacy"
    SAFETY = "safety"
    CUSTOMER = "customer"
    OUTAGE = "outage"
    LEGAL = "legal"
    MAINTENANCE = "maintenance"
    DRILL = "drill"
    AUTOMATIC = "automatic"


Tenant = Annotated[str, typer.Option(metavar="SLUG", help="The tenant.")]
Note = Annotated[str, typer.Option(metavar="TEXT", help="For colleagues: what is going on.")]
Expires = Annotated[
    str | None, typer.Option(metavar="SPAN", help=f"Turn back on after {durations.SPANS}.", callback=expiry)
]
Wait = Annotated[bool, typer.Option("--wait", help="Return when every process has confirmed.")]
Timeout = Annotated[float, typer.Option(min=0, metavar="SECONDS", help="With --wait: give up, with exit code 3.")]


@app.command(rich_help_panel=REMOTE)
def stop(
    tenant: Tenant,
    reason: Annotated[Reason, typer.Option(help="Why.")],
    feature: Feature = None,
    note: Note = "",
    expires: Expires = None,
    wait: Wait = False,
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Turn AI off for a tenant, or for one feature of it."""
    console = connect()
    body = {"tenant": tenant, "feature": feature, "reason": reason, "note": note, "expires_at": expires}
    result = console.post("stops/", {name: value for name, value in body.items() if value is not None})
    said = "was off already; the reason and note were added" if result["joined"] else "is off"
    _report(console, result, f"AI {said} for {_target(tenant, feature)}.", wait=wait, timeout=timeout, as_json=as_json)


@app.command(rich_help_panel=REMOTE)
def lift(
    tenant: Tenant,
    feature: Feature = None,
    note: Note = "",
    wait: Wait = False,
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Turn AI back on for a tenant, or for one feature of it."""
    console = connect()
    body = {"tenant": tenant, "feature": feature, "note": note}
    result = console.post("stops/lift/", {name: value for name, value in body.items() if value is not None})
    said = "is back on" if result["lifted"] else "was not off"
    _report(console, result, f"AI {said} for {_target(tenant, feature)}.", wait=wait, timeout=timeout, as_json=as_json)


@app.command(rich_help_panel=REMOTE)
def stops(
    tenant: OfTenant = None,
    everything: Annotated[bool, typer.Option("--all", help="Lifted ones too.")] = False,
    as_json: Json = False,
) -> None:
    """What is off, newest first."""
    rows = connect().pages("stops/", tenant=tenant, state="all" if everything else "active", limit=1000)
    if as_json:
        print_json(list(rows))
        return
    columns = ["Tenant", "Feature", "State", "Reason", "Since", "Until", "By", "Note"]
    print_table(columns, (_row(stop) for stop in rows), elastic=("Note", "By"))


def _row(stop: dict[str, Any]) -> list[object]:
    state = {"active": "off", "lifted": "on again"}[stop["state"]]
    since, until = local(stop["made_at"]), local(stop["lifted_at"] or stop["expires_at"])
    return [
        stop["tenant"],
        stop["feature"] or "all",
        state,
        stop["reason"],
        since,
        until,
        stop["made_by"],
        stop["note"],
    ]


def _target(tenant: str, feature: str | None) -> str:
    return f"{feature} of {tenant}" if feature else tenant


def _report(console: Console, result: dict[str, Any], said: str, *, wait: bool, timeout: float, as_json: bool) -> None:
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
    cut = f"; {confirmed['cut']} answers cut" if confirmed["cut"] else ""
    return f"{confirmed['confirmed']} of {confirmed['total']} processes confirmed{within}{cut}."


def _unconfirmed(confirmed: dict[str, Any], timeout: float) -> str:
    late = [f"{name} (late)" for name in confirmed["laggards"]] + [f"{name} (no contact)" for name in confirmed["lost"]]
    return (
        f"After {timeout:g} s only {confirmed['confirmed']} of {confirmed['total']} processes have confirmed. "
        f"Calls may still run on: {', '.join(late)}."
    )
