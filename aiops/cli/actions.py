"""aiops action list, run."""

from typing import Annotated, Any

import orjson
import typer

from aiops.cli.app import app
from aiops.cli.failing import fail
from aiops.cli.options import REMOTE, Json, filled
from aiops.cli.printing import print_json, print_table
from aiops.cli.remote import connect, read, refusal

group = typer.Typer(help="What customers' systems can be asked.", no_args_is_help=True)
app.add_typer(group, name="action", rich_help_panel=REMOTE)


@group.command("list")
def list_them(as_json: Json = False) -> None:
    """Actions, and the connections that offer them; with --json their schemas, too."""
    rows = list(connect().pages("actions/"))
    if as_json:
        print_json(rows)
        return
    columns = ["Action", "Does", "Risk", "Undone by", "Connections", "What"]
    print_table(columns, map(_row, rows), elastic=("Connections", "What"))


@group.command()
def run(
    action: Annotated[str, typer.Argument(metavar="ACTION", help="tryton.read_party")],
    tenant: Annotated[str, typer.Option(metavar="SLUG", help="Whose system.", callback=filled)],
    given: Annotated[str, typer.Option("--input", metavar="JSON", help="What it takes.")] = "{}",
    connection: Annotated[
        str | None, typer.Option(metavar="NAME", help="Needed when several would do.", callback=filled)
    ] = None,
    feature: Annotated[
        str | None, typer.Option(metavar="SLUG", help="On whose behalf; its stops hold, too.", callback=filled)
    ] = None,
    key: Annotated[str | None, typer.Option(metavar="TEXT", help="Of a write: sent twice, it is done once.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; send nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Read from a tenant's system, or write to it through the ledger."""
    body = {
        "tenant": tenant,
        "input": _input(given),
        "connection": connection,
        "feature": feature,
        "idempotency_key": key,
        "dry_run": dry_run or None,
    }
    answer = connect().try_post(
        f"actions/{action}/", {name: value for name, value in body.items() if value is not None}
    )
    if answer.is_error:
        fail(refusal(answer))
    outcome = read(answer)
    if as_json or outcome["write"] is None:
        print_json(outcome if as_json else outcome["output"])
        return
    _tell(outcome)


def _input(text: str) -> dict[str, Any]:
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError as fault:
        raise typer.BadParameter(f"--input is not JSON: {fault}.") from fault
    if not isinstance(given, dict):
        raise typer.BadParameter("--input must be a JSON object.")
    return given


def _tell(outcome: dict[str, Any]) -> None:
    write = outcome["write"]
    typer.echo(f"{'Asked before: ' if outcome['replayed'] else ''}{write['says']}")
    for change in write["diff"]:
        typer.echo(f"  {change['field']}: {_shown(change)}")
    typer.echo(write["url"])


def _shown(change: dict[str, Any]) -> str:
    after = _plain(change["after"])
    return after if change["before"] is None else f"{_plain(change['before'])} -> {after}"


def _plain(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _row(row: dict[str, Any]) -> list[object]:
    offers = ", ".join(f"{each['tenant']}/{each['connection']}" for each in row["connections"])
    does = "writes" if row["writes"] else "reads"
    return [row["name"], does, row["risk"], row["undone_by"], offers, row["summary"]]
