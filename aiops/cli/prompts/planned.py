"""aiops prompts release --at and --ask; aiops prompts planned, approve, decline, cancel."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from aiops.cli.ids import id_of
from aiops.cli.options import Json
from aiops.cli.plain import plain
from aiops.cli.printing import local, print_json, print_table, zoned
from aiops.cli.prompts.group import group
from aiops.cli.remote import connect

Id = Annotated[str, typer.Argument(metavar="ID", help="The planned release's id.", callback=id_of("a planned release"))]
Note = Annotated[str, typer.Option(metavar="TEXT", help="For colleagues: why.")]


def plan(name: str, order: Mapping[str, Any], due: datetime | None, *, ask: bool, wait: bool, as_json: bool) -> None:
    if wait:
        raise typer.BadParameter("--wait is for a release that is made now.")
    body = {key: value for key, value in order.items() if value is not None}
    when = {"at": due.isoformat()} if due else {}
    made = connect().post(f"prompts/{name}/release/", {**body, **when, "ask": ask})
    if as_json:
        print_json(made)
        return
    typer.echo(_told(made))
    if made["state"] == "waiting":
        typer.echo(f"Somebody else: `aiops prompts approve {made['id']}`.")
    typer.echo(f"Not after all: `aiops prompts cancel {made['id']}`.")


@group.command()
def planned(
    prompt: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this prompt.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    as_json: Json = False,
) -> None:
    """Releases that wait: for a second person, for their time, or for both."""
    state = "all" if everything else "open"
    rows = list(connect().pages("planned-releases/", prompt=prompt, state=state, limit=1000))
    if as_json:
        print_json(rows)
        return
    if not rows:
        typer.echo(f"No release {'was ever' if everything else 'is'} planned{f' of {prompt}' if prompt else ''}.")
        return
    columns = ["ID", "Prompt", "Version", "Where", "%", "At", "Asked by", "State", "Note"]
    print_table(columns, map(_row, rows), elastic=("Note", "Asked by"))


@group.command()
def approve(planned_id: Id, note: Note = "", as_json: Json = False) -> None:
    """As a second person, have a planned release made: at once, or at its time."""
    _decide(planned_id, "approve", note, as_json=as_json)


@group.command()
def decline(
    planned_id: Id,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why, for whoever asked.")],
    as_json: Json = False,
) -> None:
    """Say that a planned release is not to go live, and why."""
    _decide(planned_id, "decline", note, as_json=as_json)


@group.command()
def cancel(planned_id: Id, note: Note = "", as_json: Json = False) -> None:
    """Let a planned release not go live, approved or not."""
    _decide(planned_id, "cancel", note, as_json=as_json)


def _decide(planned_id: str, verb: str, note: str, *, as_json: bool) -> None:
    made = connect().post(f"planned-releases/{planned_id}/{verb}/", {"note": note})
    if as_json:
        print_json(made)
    else:
        typer.echo(_told(made))


def _told(made: Mapping[str, Any]) -> str:
    what = f"{made['prompt']} {made['label']} in {_where(made)}"
    told = {
        "waiting": f"Waits for a second person: {what}{_when(made)}.",
        "scheduled": f"Scheduled: {what}{_when(made)}.",
        "released": f"Released: {what}.",
        "declined": f"Declined: {what} does not go live.",
        "cancelled": f"Cancelled: {what} does not go live.",
        "failed": f"Not released: {what}. {made['fault']}",
    }
    return plain(told[made["state"]])


def _when(made: Mapping[str, Any]) -> str:
    return f" at {zoned(made['due_at'])}" if made["due_at"] else ""


def _where(made: Mapping[str, Any]) -> str:
    return f"{made['environment']} for {made['tenant']}" if made["tenant"] else str(made["environment"])


def _row(row: dict[str, Any]) -> list[object]:
    what = [row["prompt"], row["label"], _where(row), row["percent"]]
    when = local(row["due_at"]) if row["due_at"] else ""
    return [row["id"], *what, when, row["asked_by"], row["state"], row["fault"] or row["decision_note"] or row["note"]]
