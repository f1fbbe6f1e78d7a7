"""aiops lift, review."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from aiops.cli.app import app
from aiops.cli.confirming import Timeout, Wait, report
from aiops.cli.failing import fail
from aiops.cli.ids import id_of
from aiops.cli.options import REMOTE, Json, expiry
from aiops.cli.printing import counted, local, print_json
from aiops.cli.remote import Console, connect, read, refusal
from aiops.cli.stopping import Note, Yes
from aiops.cli.targets import Named, naming_a_target, options_for, spoken, spoken_of
from aiops.lib import durations

if TYPE_CHECKING:
    import httpx

_UNASKED: Final = "With --json nobody can be asked: turning everything back on needs --yes."


def _stop_id(text: str | None) -> str | None:
    return None if text is None else id_of("a stop")(text)


Id = Annotated[str | None, typer.Argument(metavar="ID", help="A stop, instead of its target.", callback=_stop_id)]
Again = Annotated[
    str | None, typer.Option(metavar="SPAN", help=f"Look at it again after {durations.SPANS}.", callback=expiry)
]


@app.command(rich_help_panel=REMOTE)
@naming_a_target
def lift(
    named: Named,
    stop_id: Id = None,
    note: Note = "",
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Turn AI back on, for a target named as for `aiops stop`, or where the stop of this ID turned it off."""
    if stop_id is not None and named.is_given:
        raise typer.BadParameter("Give the stop's ID or its target, not both.")
    body = {} if stop_id is not None else named.body()
    if named.everything and as_json and not yes:
        raise typer.BadParameter(_UNASKED)
    console = connect()
    stop = console.get(f"stops/{stop_id}/") if stop_id is not None else None
    is_over_everything = named.everything if stop is None else stop["scope"] == "global" and stop["state"] == "active"
    if is_over_everything and not yes:
        if as_json:
            raise typer.BadParameter(_UNASKED)
        _ask(console)
    target = spoken(body) if stop is None else spoken_of(stop)
    path = "stops/lift/" if stop_id is None else f"stops/{stop_id}/lift/"
    answer = console.try_post(path, {**body, "note": note})
    if answer.is_error:
        fail(_refused(answer))
    result = read(answer)
    said = " ".join(_lifted(result, target))
    # Revision 0: nothing was ever off there.
    report(console, result, said, wait=wait and result["revision"] > 0, timeout=timeout, as_json=as_json)


def _ask(console: Console) -> None:
    """Nothing to ask about: the console says what keeps AI off all the same."""
    stop = next((each for each in console.pages("stops/", state="active") if each["scope"] == "global"), None)
    if stop is None:
        return
    note = f": {stop['note']}" if stop["note"] else "."
    typer.echo(f"This turns AI back on for everyone. {stop['made_by']} turned it off on", err=True)
    typer.echo(f"  {local(stop['made_at'])}, {stop['reason']}{note}", err=True)
    typer.confirm("Turn everything back on?", abort=True, err=True)


@app.command(rich_help_panel=REMOTE)
def review(
    stop_id: Annotated[str, typer.Argument(metavar="ID", help="The stop.", callback=_stop_id)],
    note: Annotated[str, typer.Option(metavar="TEXT", help="What you found.")],
    again: Again = None,
    as_json: Json = False,
) -> None:
    """Look at a stop that somebody else made in haste, or that no clock ends: `aiops stops --due` lists them."""
    body = {"note": note, "again_at": again}
    answer = connect().try_post(f"stops/{stop_id}/review/", {name: value for name, value in body.items() if value})
    if answer.is_error:
        fail(_refused(answer))
    stop = read(answer)
    if as_json:
        print_json(stop)
        return
    stays = "stays off" if stop["state"] == "active" else "is on again"
    next_time = f" It comes up for review again at {local(stop['review_at'])}." if stop["review_at"] else ""
    typer.echo(f"Reviewed: {spoken_of(stop)} {stays}.{next_time}")


def _lifted(result: dict[str, Any], target: str) -> Iterator[str]:
    """What is on now, and what is not whatever was lifted."""
    wider, own, held = result["still_off"], result["features_off"], result["held_off"]
    if wider:
        yield (
            f"The stop of {target} is lifted, but AI stays off for it:"
            if result["lifted"]
            else f"AI is off for {target}:"
        )
        whole = "all of " if wider["scope"] == "tenant" else ""
        yield f"it is held off by the stop of {whole}{spoken_of(wider)} ({wider['reason']}, by {wider['made_by']})."
        yield f"Lift that one with `aiops lift {options_for(wider)}`{_by_another(wider)}."
    elif held:
        yield f"The stop of {target} is lifted." if result["lifted"] else f"PostgreSQL knows no stop of {target}."
    else:
        yield f"AI {'is back on' if result['lifted'] else 'was not off'} for {target}{' as a whole' if own else ''}."
    yield from map(_held, held)
    for stop in () if wider else own:
        command = f"`aiops lift {options_for(stop)}`"
        yield f"Still off by a stop of its own: {stop['feature']} ({stop['reason']}); {command}{_by_another(stop)}."


def _held(each: dict[str, Any]) -> str:
    number, calls = len(each["processes"]), "Writes" if each["mode"] == "read_only" else "Calls"
    where = f"in force on {counted(number, 'gateway') if number else 'gateways'} that PostgreSQL does not know"
    return f"{calls} are still refused: a stop of {each['what']} ({each['reason']}) is {where}; see `aiops held`."


def _by_another(stop: dict[str, Any]) -> str:
    if stop["takes_two"]:
        return ", which takes two people: one reviews it, another lifts it in the browser"
    first = stop["made_careful_by"] or stop["made_by"]
    return f", by somebody else than {first}" if stop["needs_second_person"] else ""


def _refused(answer: "httpx.Response") -> str:
    """That somebody else has to do it is not a matter of this token's role."""
    body = read(answer)
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict) and error.get("code") in ("needs_another", "operators_stop"):
        return str(error["detail"])
    return refusal(answer)
