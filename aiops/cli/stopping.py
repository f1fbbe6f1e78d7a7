"""aiops stop."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import typer

from aiops.cli import planning
from aiops.cli.app import app
from aiops.cli.confirming import Timeout, Wait, report
from aiops.cli.options import REMOTE, Json, checked, expiry
from aiops.cli.printing import local
from aiops.cli.remote import BREAK_GLASS, Console, connect
from aiops.cli.targets import Named, blast_lines, naming_a_target, spoken_of
from aiops.lib import durations
from killswitch.scopes import LONGEST_DRAIN_SECONDS, Mode


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


_GETS = {
    "handoff": "Callers are told to bring in a person.",
    "canned": "Callers get the safe answer.",
    "read_only": "Answers go on; nothing is written to customers' systems.",
}


def _seconds(text: str) -> int:
    length = durations.span(text)
    if length is None:
        raise typer.BadParameter(f"{text!r} is not a span such as 30s or 5m.")
    if length.total_seconds() > LONGEST_DRAIN_SECONDS:
        raise typer.BadParameter(f"draining takes at most {LONGEST_DRAIN_SECONDS} seconds.")
    return int(length.total_seconds())


Note = Annotated[str, typer.Option(metavar="TEXT", help="For colleagues: what is going on.")]
Message = Annotated[str, typer.Option(metavar="TEXT", help="What callers are told. (default: the usual)")]
Expires = Annotated[
    str | None, typer.Option(metavar="SPAN", help=f"Turn back on after {durations.SPANS}.", callback=checked)
]
Drain = Annotated[str | None, typer.Option(metavar="SPAN", help="Calls under way may take that long, such as 30s.")]
NewOnly = Annotated[bool, typer.Option("--new-calls-only", help="Leave calls alone that are under way.")]
Yes = Annotated[bool, typer.Option("--yes", help="With --everything: do not ask.")]


@app.command(rich_help_panel=REMOTE)
@naming_a_target
def stop(
    reason: Annotated[Reason, typer.Option(help="Why.")],
    named: Named,
    mode: Annotated[Mode, typer.Option(help="What callers get.")] = Mode.REFUSE,
    drain: Drain = None,
    new_only: NewOnly = False,
    message: Message = "",
    note: Note = "",
    expires: Expires = None,
    at: planning.At = None,
    within: planning.In = None,
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Turn AI off: for a tenant, one feature, system or person of it, a provider, a model, or everyone."""
    target, extent = named.body(), in_flight(drain, new_only=new_only)
    asks = named.everything and not yes
    if asks and as_json:
        raise typer.BadParameter("With --json nobody can be asked: --everything needs --yes.")
    starts_at = planning.start(at, within)
    console = connect("" if starts_at else BREAK_GLASS)
    if asks:
        _ask(console, target)
    given: dict[str, Any] = {"reason": reason, "mode": mode, "note": note, "message": message}
    if starts_at:
        planning.plan(console, {**target, **extent, **_filled(given)}, starts_at, expires, wait=wait, as_json=as_json)
        return
    given["expires_at"] = expiry(expires)
    result = console.post("stops/", {**target, **extent, **_filled(given)})
    said = " ".join(_joined(result, extent, reason, note, expires) if result["joined"] else _stopped(result["stop"]))
    report(console, result, f"{said} Stop {result['stop']['id']}.", wait=wait, timeout=timeout, as_json=as_json)


def _filled(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value}


def in_flight(drain: str | None, *, new_only: bool) -> dict[str, Any]:
    """What becomes of calls under way, as the API takes it; empty: they are cut."""
    if drain is not None and new_only:
        raise typer.BadParameter("--drain and --new-calls-only exclude each other.")
    if drain is not None:
        return {"in_flight": "drain", "drain_seconds": _seconds(drain)}
    return {"in_flight": "new_only"} if new_only else {}


def _ask(console: Console, named: dict[str, str]) -> None:
    typer.echo("This stops every call of everyone:", err=True)
    for line in blast_lines(console, named):
        typer.echo(f"  {line}", err=True)
    typer.confirm("Stop everything?", abort=True, err=True)


def _stopped(stop: dict[str, Any]) -> Iterator[str]:
    until = f" until {local(stop['expires_at'])}" if stop["expires_at"] else ""
    gets = _GETS.get(stop["mode"])
    yield f"AI is {'limited' if stop['mode'] == 'read_only' else 'off'} for {spoken_of(stop)}{until}."
    if gets:
        yield gets
    match stop["in_flight"]:
        case "drain":
            yield f"Answers under way may go on for {stop['drain_seconds']} s."
        case "new_only":
            yield "Answers under way go on to their end."


def _joined(
    result: dict[str, Any], extent: dict[str, Any], reason: Reason, note: str, expires: str | None
) -> Iterator[str]:  # fmt: skip
    """What holds now that this stop joined another: the careful reason, and the later end."""
    stop, before = result["stop"], result["before"]
    yield f"AI was off already for {spoken_of(stop)}; this joined that stop."
    if stop["reason"] != reason:
        yield f"Its reason stays {stop['reason']}; {reason} went into its history."
    elif before["reason"] != reason:
        yield f"Its reason is now {reason}; it was {before['reason']}."
    else:
        yield f"Its reason is {reason}, as before."
    if before["mode"] != stop["mode"]:
        yield f"Its mode is now {stop['mode']}; it was {before['mode']}."
    if extent and extent["in_flight"] != stop["in_flight"]:
        yield f"Of calls under way the stricter holds: {stop['in_flight']}."
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
