"""aiops stops."""

from typing import Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.options import REMOTE, Json, Tenant
from aiops.cli.printing import local, print_json, print_table
from aiops.cli.remote import BREAK_GLASS, connect
from aiops.cli.targets import spoken_of


@app.command(rich_help_panel=REMOTE)
def stops(
    tenant: Tenant = None,
    everything: Annotated[bool, typer.Option("--all", help="Lifted ones too.")] = False,
    due: Annotated[bool, typer.Option("--due", help="Only those that somebody has to review by now.")] = False,
    as_json: Json = False,
) -> None:
    """What is off, newest first."""
    state = "all" if everything or due else "active"
    console = connect(BREAK_GLASS)
    rows = list(console.pages("stops/", tenant=tenant, state=state, due="review" if due else None, limit=1000))
    if as_json:
        print_json(rows)
        return
    whose = f" for {tenant}" if tenant else ""
    if not rows:
        typer.echo(f"{_nothing(everything=everything, due=due)}{whose}.")
    else:
        _print(rows, due=due)
    held = console.get_if_allowed("held-stops/")
    if held and held["results"]:
        typer.echo(f"{len(held['results']):,} held, see `aiops held`: in force on gateways, unknown to PostgreSQL.")


def _print(rows: list[dict[str, Any]], *, due: bool) -> None:
    columns = ["ID", "Target", "Mode", "State", "Reason", "Since", "Until", "By", "Note"]
    columns = [*columns, "Review"] if due else columns
    print_table(columns, (_row(stop, is_due=due) for stop in rows), elastic=("Note", "By"))


def _nothing(*, everything: bool, due: bool) -> str:
    if due:
        return "No stop is due for review"
    return f"Nothing {'has ever been' if everything else 'is'} off"


def _row(stop: dict[str, Any], *, is_due: bool) -> list[object]:
    state = {"active": "off", "lifted": "on again"}[stop["state"]]
    since, until = local(stop["made_at"]), local(stop["lifted_at"] or stop["expires_at"])
    told = [stop["id"], spoken_of(stop), stop["mode"], state, stop["reason"], since, until]
    told += [stop["made_by"], stop["note"]]
    return [*told, local(stop["review_at"])] if is_due else told
