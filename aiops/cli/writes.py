"""aiops writes list, show, approve, decline, undo."""

from enum import StrEnum
from itertools import islice
from typing import Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.failing import fail
from aiops.cli.ids import id_of
from aiops.cli.options import REMOTE, Json, Tenant
from aiops.cli.printing import local, print_json, print_json_rows, print_table
from aiops.cli.remote import connect

group = typer.Typer(help="The ledger: what is written to customers' systems.", no_args_is_help=True)
app.add_typer(group, name="writes", rich_help_panel=REMOTE)

_SCREENFUL = 50
Id = Annotated[str, typer.Argument(metavar="ID", help="The write's id.", callback=id_of("a write"))]
Note = Annotated[str, typer.Option(metavar="TEXT", help="Why, for whoever asked.")]


class State(StrEnum):
    PLANNED = "planned"
    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DECLINED = "declined"
    UNDONE = "undone"


@group.command("list")
def list_them(
    tenant: Tenant = None,
    state: Annotated[State | None, typer.Option(help="Only these.")] = None,
    action: Annotated[str | None, typer.Option(metavar="ACTION", help="Only of this action.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many. (default: 50; all with --json)")] = None,
    as_json: Json = False,
) -> None:
    """Writes, newest first."""
    wanted = limit if limit or as_json else _SCREENFUL
    rows = islice(connect().pages("writes/", tenant=tenant, state=state, action=action), wanted)
    if as_json:
        print_json_rows(rows)
        return
    found = list(rows)
    if not found:
        typer.echo("No write fits.")
        return
    columns = ["When", "State", "Tenant", "Action", "Asked by", "Decided by", "There", "Write"]
    print_table(columns, map(_row, found), elastic=("Asked by", "Decided by"))


@group.command()
def show(id: Id, as_json: Json = False) -> None:
    """One write: what it changes, who asked, what became of it."""
    write = connect().get(f"writes/{id}/")
    if as_json:
        print_json(write)
        return
    typer.echo(f"{write['action']} of {write['tenant']}, asked by {write['asked_by']} at {local(write['asked_at'])}")
    typer.echo(write["says"])
    for change in write["diff"]:
        before = "" if change["before"] is None else f"{change['before']} -> "
        typer.echo(f"  {change['field']}: {before}{change['after']}")
    typer.echo(write["url"])


@group.command()
def approve(id: Id, note: Note = "", as_json: Json = False) -> None:
    """Send it as it was shown. Not for whoever asked for it."""
    _decide(id, "approve", note, as_json=as_json)


@group.command()
def decline(id: Id, note: Note = "", as_json: Json = False) -> None:
    """It is never sent."""
    _decide(id, "decline", note, as_json=as_json)


@group.command()
def undo(id: Id, note: Note = "", as_json: Json = False) -> None:
    """Take back what was done, by the inverse action."""
    _decide(id, "undo", note, as_json=as_json)


def _decide(id: str, act: str, note: str, *, as_json: bool) -> None:
    """Exit code 1 when it was sent, and not done."""
    write = connect().post(f"writes/{id}/{act}/", {"note": note})
    if as_json:
        print_json(write)
    else:
        typer.echo(write["says"])
    if write["state"] in {State.FAILED, State.UNKNOWN}:
        fail(write["says"], error=write["state"])


def _row(write: dict[str, Any]) -> list[object]:
    who = [write["asked_by"], write["decided_by"], write["external_id"]]
    return [local(write["asked_at"]), write["state"], write["tenant"], write["action"], *who, write["id"]]
