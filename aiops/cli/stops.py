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
    rows = list(
        connect(BREAK_GLASS).pages("stops/", tenant=tenant, state=state, due="review" if due else None, limit=1000)
    )
    if as_json:
        print_json(rows)
        return
    whose = f" for {tenant}" if tenant else ""
    if not rows:
        typer.echo(f"{_nothing(everything=everything, due=due)}{whose}.")
        return
    columns = ["Target", "Mode", "State", "Reason", "Since", "Until", "By", "Note"]
    columns, rest = (["ID", *columns, "Review"], True) if due else (columns, False)
    print_table(columns, (_row(stop, is_due=rest) for stop in rows), elastic=("Note", "By"))


def _nothing(*, everything: bool, due: bool) -> str:
    if due:
        return "No stop is due for review"
    return f"Nothing {'has ever been' if everything else 'is'} off"


def _row(stop: dict[str, Any], *, is_due: bool) -> list[object]:
    state = {"active": "off", "lifted": "on again"}[stop["state"]]
    since, until = local(stop["made_at"]), local(stop["lifted_at"] or stop["expires_at"])
    told = [spoken_of(stop), stop["mode"], state, stop["reason"], since, until, stop["made_by"], stop["note"]]
    return [stop["id"], *told, local(stop["review_at"])] if is_due else told
