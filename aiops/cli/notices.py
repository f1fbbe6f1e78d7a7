"""aiops notices add, list, test, remove, deliveries, again."""

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.failing import fail
from aiops.cli.options import REMOTE, Json, filled
from aiops.cli.options import Tenant as OfTenant
from aiops.cli.printing import local, print_json, print_table
from aiops.cli.remote import Console, connect

group = typer.Typer(help="Where people hear of stops: webhooks and mail.", no_args_is_help=True)
app.add_typer(group, name="notices", rich_help_panel=REMOTE)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The channel's name, or its id.", callback=filled)]


class News(StrEnum):
    EVERY = "every"
    SHARED = "shared"
    TROUBLE = "trouble"


class State(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


@group.command()
def add(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="As colleagues call it: 'Ops on Slack'.", callback=filled)
    ],
    webhook: Annotated[str | None, typer.Option(metavar="URL", help="Post there, as Slack takes it.")] = None,
    email: Annotated[
        list[str] | None, typer.Option(metavar="ADDRESS", help="Send mail there; may be repeated.")
    ] = None,
    tenant: Annotated[
        str | None, typer.Option(metavar="SLUG", help="This tenant's stops only. (default: all)", callback=filled)
    ] = None,
    news: Annotated[News | None, typer.Option(help="Which. (default: every)")] = None,
    drills: Annotated[bool, typer.Option("--drills", help="Drills too.")] = False,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="It is in the private network.")] = False,
    secret_stdin: Annotated[bool, typer.Option("--secret-stdin", help="Sign with the secret read from stdin.")] = False,
    as_json: Json = False,
) -> None:
    """Add a channel. What it is told first is the next change of a stop, or a test."""
    if bool(webhook) == bool(email):
        raise typer.BadParameter("Give one of --webhook and --email.")
    body = {
        "name": name,
        "kind": "webhook" if webhook else "email",
        "address": webhook or " ".join(email or []),
        "tenant": tenant,
        "news": news,
        "with_drills": drills or None,
        "allow_private": allow_private or None,
        "secret": sys.stdin.readline().strip() if secret_stdin else None,
    }
    made = connect().post("notices/channels/", {field: value for field, value in body.items() if value is not None})
    if as_json:
        print_json(made)
        return
    typer.echo(f"{made['name']} is told of {_whose(made)}.")
    typer.echo(f'Nothing was sent to it yet: aiops notices test "{made["name"]}"')


@group.command("list")
def list_them(tenant: OfTenant = None, as_json: Json = False) -> None:
    """Channels, newest first, and what came of the last try."""
    rows = list(connect().pages("notices/channels/", tenant=tenant, limit=1000))
    if as_json:
        print_json(rows)
    elif not rows:
        typer.echo("Nobody is told of stops yet: aiops notices add.")
    else:
        print_table(
            ["Name", "Told of", "News", "To", "Last try", "Came of it"], map(_row, rows), elastic=("Came of it",)
        )


@group.command("test")
def check(name: Name, as_json: Json = False) -> None:
    """Send a test there at once. Exit code 1 when it did not get through."""
    console = connect()
    tried = console.post(f"notices/channels/{_find(console, name)['id']}/test/", {})
    if as_json:
        print_json(tried)
    elif tried["ok"]:
        typer.echo(tried["says"])
    if not tried["ok"]:
        fail(tried["says"], error="not_delivered")


@group.command()
def remove(name: Name) -> None:
    """Remove a channel, and what waits to be sent there."""
    console = connect()
    found = _find(console, name)
    console.delete(f"notices/channels/{found['id']}/")
    typer.echo(f"{found['name']} is removed: nothing more is sent there.")


@group.command()
def deliveries(
    tenant: OfTenant = None,
    state: Annotated[State | None, typer.Option(help="Only those.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
    as_json: Json = False,
) -> None:
    """What was told, newest first, and whether it arrived."""
    rows = connect().get("notices/", tenant=tenant, state=state, limit=limit)["results"]
    if as_json:
        print_json(rows)
    elif not rows:
        typer.echo("Nothing was told yet.")
    else:
        columns = ["When", "What", "To", "State", "Tries", "Said", "Id"]
        print_table(columns, map(_delivery, rows), numbers=("Tries",), elastic=("What", "Said"))


@group.command()
def again(notice: Annotated[str, typer.Argument(metavar="ID", help="Of a delivery that was given up.")]) -> None:
    """Send one again that was given up."""
    connect().post(f"notices/{notice}/again/", {})
    typer.echo("It is sent again.")


def _find(console: Console, name: str) -> dict[str, Any]:
    rows = list(console.pages("notices/channels/", limit=1000))
    found = [row for row in rows if name in (row["name"], row["id"])]
    if len(found) == 1:
        return found[0]
    if found:
        fail(f"Several channels are called {name!r}; name one by its id: {', '.join(row['id'] for row in found)}.")
    known = ", ".join(row["name"] for row in rows) or "none"
    fail(f"There is no channel {name!r}. There are: {known}.", error="not_found")


def _whose(row: dict[str, Any]) -> str:
    whose = "" if row["tenant"] == "_operator" else f" of {row['tenant']}"
    match row["news"]:
        case "shared":
            return "stops over everybody"
        case "trouble":
            return f"trouble with stops and reviews{whose}, nothing else"
    return f"stops{whose}" if whose else "every stop"


def _row(row: dict[str, Any]) -> list[object]:
    said = row["outcome_says"] if row["is_enabled"] else "off"
    return [row["name"], _whose(row), row["news"], row["address"], local(row["outcome_at"]), said or "not tried"]


def _delivery(row: dict[str, Any]) -> list[object]:
    to = row["channel"] or "one person"
    return [local(row["made_at"]), row["title"], to, row["state"], row["attempts"], row["says"], row["id"]]
