"""aiops connection add, list, test."""

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.failing import fail
from aiops.cli.options import REMOTE, Json, filled
from aiops.cli.options import Tenant as OfTenant
from aiops.cli.printing import local, print_json, print_table
from aiops.cli.remote import connect

group = typer.Typer(help="Customers' own systems, read and written with their rights.", no_args_is_help=True)
app.add_typer(group, name="connection", rich_help_panel=REMOTE)

Slug = Annotated[str, typer.Argument(metavar="NAME", help="The connection's short name.", callback=filled)]
Tenant = Annotated[str, typer.Option(metavar="SLUG", help="The tenant.", callback=filled)]


class Writes(StrEnum):
    DRY_RUN = "dry_run"
    APPROVE = "approve"
    ALLOW = "allow"


@group.command()
def add(
    slug: Slug,
    tenant: Tenant,
    system: Annotated[str, typer.Option(metavar="KIND", help="tryton")],
    address: Annotated[str, typer.Option(metavar="URL", help="Where it is: https://erp.acme.example")],
    acts_as: Annotated[str, typer.Option(metavar="LOGIN", help="The user of that system whose key it is.")],
    name: Annotated[str | None, typer.Option(help="As colleagues call it. (default: NAME)")] = None,
    setting: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="What it asks for: database=acme")
    ] = None,
    environment: Annotated[str | None, typer.Option(help="Keys of this one reach it. (default: production)")] = None,
    writes: Annotated[Writes | None, typer.Option(help="What happens to writes. (default: approve)")] = None,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="It is in the private network.")] = False,
    key_stdin: Annotated[bool, typer.Option("--key-stdin", help="Read the key from stdin instead of asking.")] = False,
    as_json: Json = False,
) -> None:
    """Connect a tenant's system. Its key is asked for, so that it stands in no shell's history."""
    body = {
        "slug": slug,
        "tenant": tenant,
        "system": system,
        "address": address,
        "acts_as": acts_as,
        "name": name,
        "settings": _settings(setting or []),
        "environment": environment,
        "writes": writes,
        "allow_private": allow_private or None,
        "key": sys.stdin.readline().strip() if key_stdin else typer.prompt("Key", hide_input=True, err=True),
    }
    made = connect().post("connections/", {field: value for field, value in body.items() if value is not None})
    if as_json:
        print_json(made)
        return
    typer.echo(f"{made['name']} of {made['tenant']} is connected; writes: {made['writes']}.")
    typer.echo(f"Nothing was sent to it yet: aiops connection test {made['slug']} --tenant {made['tenant']}")


@group.command("list")
def list_them(tenant: OfTenant = None, as_json: Json = False) -> None:
    """Connections, newest first, and how their last test went."""
    rows = list(connect().pages("connections/", tenant=tenant, limit=1000))
    if as_json:
        print_json(rows)
    elif not rows:
        typer.echo(f"No system is connected{f' of {tenant}' if tenant else ''}.")
    else:
        columns = ["Tenant", "Name", "System", "Acts as", "Address", "Writes", "Waiting", "Last test", "Found"]
        print_table(columns, map(_row, rows), numbers=("Waiting",), elastic=("Address", "Found"))


@group.command("test")
def check(slug: Slug, tenant: Tenant, as_json: Json = False) -> None:
    """Ask the system whether it knows the key, and whose it is. Exit code 1 when something is wrong."""
    tested = connect().post(f"connections/{tenant}/{slug}/test/", {})
    if as_json:
        print_json(tested)
    elif tested["health"] == "ok":
        typer.echo(tested["health_says"])
    if tested["health"] != "ok":
        fail(tested["health_says"], error=tested["health"])


def _settings(given: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise typer.BadParameter(f"--set {wrong[0]}: give it as NAME=VALUE.")
    return {name: value for name, _, value in pairs}


def _row(row: dict[str, Any]) -> list[object]:
    found = row["health_says"] if row["is_enabled"] else "off"
    what = [row["tenant"], row["slug"], row["system"], row["acts_as"], row["address"], row["writes"], row["waiting"]]
    return [*what, local(row["checked_at"]), found or "not tested"]
