"""aiops stop, lift, stops."""

import time
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.failing import UNCONFIRMED, fail
from aiops.cli.options import REMOTE, Feature, Json, expiry
from aiops.cli.options import Tenant as OfTenant
from aiops.cli.printing import counted, local, print_json, print_table
from aiops.cli.remote import Console, connect, read, refusal
from aiops.lib import durations

if TYPE_CHECKING:
    import httpx

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
    said = " ".join(_joined(result, reason, note, expires) if result["joined"] else _stopped(result["stop"]))
    _report(console, result, said, wait=wait, timeout=timeout, as_json=as_json)


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
    answer = console.try_post("stops/lift/", {name: value for name, value in body.items() if value is not None})
    if answer.is_error:
        fail(_refused(answer))
    result = read(answer)
    said = " ".join(_lifted(result, tenant, feature))
    _report(console, result, said, wait=wait, timeout=timeout, as_json=as_json)


@app.command(rich_help_panel=REMOTE)
def stops(
    tenant: OfTenant = None,
    everything: Annotated[bool, typer.Option("--all", help="Lifted ones too.")] = False,
    as_json: Json = False,
) -> None:
    """What is off, newest first."""
    rows = list(connect().pages("stops/", tenant=tenant, state="all" if everything else "active", limit=1000))
    if as_json:
        print_json(rows)
        return
    if not rows:
        typer.echo(f"Nothing {'has ever been' if everything else 'is'} off{f' for {tenant}' if tenant else ''}.")
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


def _stopped(stop: dict[str, Any]) -> Iterator[str]:
    until = f" until {local(stop['expires_at'])}" if stop["expires_at"] else ""
    yield f"AI is off for {_target(stop['tenant'], stop['feature'])}{until}."


def _joined(result: dict[str, Any], reason: Reason, note: str, expires: str | None) -> Iterator[str]:
    """What holds now that this stop joined another: the careful reason, and the later end."""
    stop, before = result["stop"], result["before"]
    yield f"AI was off already for {_target(stop['tenant'], stop['feature'])}; this joined that stop."
    if stop["reason"] != reason:
        yield f"Its reason stays {stop['reason']}; {reason} went into its history."
    elif before["reason"] != reason:
        yield f"Its reason is now {reason}; it was {before['reason']}."
    else:
        yield f"Its reason is {reason}, as before."
    yield _end_of_joined(stop, before["expires_at"], asked=expires is not None)
    yield "The note was added to its history." if note else "No note was added."


def _end_of_joined(stop: dict[str, Any], before: str | None, *, asked: bool) -> str:
    now, is_careful = stop["expires_at"], stop["needs_second_person"]
    if now:
        kept = "as before" if local(now) == local(before) else f"not at {local(before)} as before"
        return f"It comes back on at {local(now)}, {kept}: of two ends the later one holds."
    stays = f"stays off until {'a second person' if is_careful else 'someone'} turns it back on"
    if before:
        return f"It was to come back on at {local(before)}; now it {stays}."
    why = f"a stop for {stop['reason']} has no end" if is_careful else "the first stop has no end"
    return f"It {stays}: {why}, so --expires was not used." if asked else f"It {stays}."


def _lifted(result: dict[str, Any], tenant: str, feature: str | None) -> Iterator[str]:
    """What is on now, and what is not whatever was lifted."""
    target, wider, own = _target(tenant, feature), result["still_off"], result["features_off"]
    if wider:
        yield (
            f"The stop of {target} is lifted, but AI stays off for it:"
            if result["lifted"]
            else f"AI is off for {target}:"
        )
        yield f"it is held off by the stop of all of {tenant} ({wider['reason']}, by {wider['made_by']})."
        yield f"Lift that one with `aiops lift --tenant {tenant}`{_by_another(wider)}."
        return
    yield f"AI {'is back on' if result['lifted'] else 'was not off'} for {target}{' as a whole' if own else ''}."
    for stop in own:
        command = f"`aiops lift --tenant {tenant} --feature {stop['feature']}`"
        yield f"Still off by a stop of its own: {stop['feature']} ({stop['reason']}); {command}{_by_another(stop)}."


def _by_another(stop: dict[str, Any]) -> str:
    return f", by another person or key than {stop['made_by']}" if stop["needs_second_person"] else ""


def _refused(answer: "httpx.Response") -> str:
    """That somebody else has to lift it is not a matter of this token's role."""
    body = read(answer)
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict) and error.get("code") == "needs_another":
        return str(error["detail"])
    return refusal(answer)


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
    cut = f"; {counted(confirmed['cut'], 'answer')} cut" if confirmed["cut"] else ""
    return f"{confirmed['confirmed']} of {confirmed['total']} processes confirmed{within}{cut}."


def _unconfirmed(confirmed: dict[str, Any], timeout: float) -> str:
    late = [f"{name} (late)" for name in confirmed["laggards"]] + [f"{name} (no contact)" for name in confirmed["lost"]]
    return (
        f"After {timeout:g} s only {confirmed['confirmed']} of {confirmed['total']} processes have confirmed. "
        f"Calls may still run on: {', '.join(late)}."
    )
