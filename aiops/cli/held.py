"""aiops held list, adopt, release."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.ids import id_of
from aiops.cli.options import REMOTE, Json
from aiops.cli.printing import local, print_json, print_table
from aiops.cli.remote import Console, connect
from aiops.cli.targets import spoken_of

group = typer.Typer(help="Stops that gateways hold and PostgreSQL does not know.", invoke_without_command=True)
app.add_typer(group, name="held", rich_help_panel=REMOTE)


def _id(text: str | None) -> str | None:
    return None if text is None else id_of("a stop")(text)


Id = Annotated[str | None, typer.Argument(metavar="ID", help="The stop's id.", callback=_id)]
SameId = Annotated[str | None, typer.Option("--id", metavar="ID", help="The same.", callback=_id)]


@group.callback()
def _alone(context: typer.Context) -> None:
    """Stops that gateways hold and PostgreSQL does not know. Alone: which."""
    if context.invoked_subcommand is None:
        list_them(as_json=False)


@group.command("list")
def list_them(as_json: Json = False) -> None:
    """What stays in force here without a row: made before PostgreSQL was restored, or by breaking the glass."""
    rows = _held(connect())
    if as_json:
        print_json(rows)
        return
    if not rows:
        typer.echo("Every stop in force is in PostgreSQL.")
        return
    columns = ["What", "Reason", "Since", "Held by", "Id"]
    print_table(columns, map(_row, rows), elastic=("What", "Held by"))


@group.command()
def adopt(
    stop_id: Id = None,
    same_id: SameId = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="For colleagues.")] = "",
    as_json: Json = False,
) -> None:
    """Make them stops like any other, under the same ids; all that can be, unless one is named."""
    one = _one(stop_id, same_id)
    console = connect()
    rows = [] if one else _held(console)
    wanted = [one] if one else [row["id"] for row in rows if row["is_adoptable"]]
    made = [console.post(f"held-stops/{each}/adopt/", {"note": note}) for each in wanted]
    if as_json:
        print_json(made)
        return
    for line in _adopted(made, [row for row in rows if not row["is_adoptable"]]):
        typer.echo(line)


@group.command()
def release(
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why calls may pass.")],
    stop_id: Id = None,
    same_id: SameId = None,
    as_json: Json = False,
) -> None:
    """Let calls through again. A stop for safety, privacy or law is adopted; one person reviews it, another lifts it.

    Where it cannot be adopted, two people release it in the browser.
    """
    one = _one(stop_id, same_id)
    if one is None:
        raise typer.BadParameter("Say which: `aiops held` lists them.")
    made = connect().post(f"held-stops/{one}/release/", {"note": note})
    if as_json:
        print_json(made)
    else:
        typer.echo(f"Released: {made['what']}. Gateways let go of it within 1.5 s.")


def _one(stop_id: str | None, same_id: str | None) -> str | None:
    if stop_id and same_id:
        raise typer.BadParameter("Give the id once.")
    return stop_id or same_id


def _held(console: Console) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = console.get("held-stops/")["results"]
    return rows


def _row(row: dict[str, Any]) -> list[object]:
    return [row["what"], row["reason"], local(row["since"]), ", ".join(row["processes"]), row["id"]]


def _adopted(made: list[dict[str, Any]], left: list[dict[str, Any]]) -> Iterator[str]:
    if not made and not left:
        yield "Every stop in force is in PostgreSQL."
    for each in made:
        stop, joined = each["stop"], " by the stop that was there already" if each["joined"] else ""
        yield f"Adopted: {spoken_of(stop)} is off{joined}. Revision {each['revision']}."
    for row in left:
        how = (
            "two people release it in the browser" if row["takes_two"] else f"`aiops held release {row['id']} --note …`"
        )
        yield f"Not adopted: {row['what']}. What it stops is no more, or not for stopping: {how}."
