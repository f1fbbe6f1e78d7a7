"""aiops key create."""

from enum import StrEnum
from typing import Annotated

import typer

from aiops.cli.app import app
from aiops.cli.options import REMOTE, Json, expiry, filled
from aiops.cli.printing import print_json
from aiops.cli.remote import connect

group = typer.Typer(help="Keys for the gateway and for the console's API.", no_args_is_help=True)
app.add_typer(group, name="key", rich_help_panel=REMOTE)


class Role(StrEnum):
    SUPPORT = "support"
    ENGINEER = "engineer"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMIN = "admin"


@group.command()
def create(
    tenant: Annotated[
        str | None, typer.Option(metavar="SLUG", help="A key for this tenant's calls.", callback=filled)
    ] = None,
    feature: Annotated[str | None, typer.Option(metavar="SLUG", help="Pin it to one feature.", callback=filled)] = None,
    environment: Annotated[
        str | None,
        typer.Option(help="Which deployment uses it. (default: production; console with --service)"),
    ] = None,
    name: Annotated[str | None, typer.Option(help="To recognise it by.")] = None,
    expires: Annotated[str | None, typer.Option(metavar="SPAN", help="Dies after, say, 90d.", callback=expiry)] = None,
    service: Annotated[bool, typer.Option("--service", help="A key for the console's API instead.")] = False,
    role: Annotated[Role | None, typer.Option(help="With --service: what it may do.")] = None,
    as_json: Json = False,
) -> None:
    """Make a key. Its text is shown this once."""
    _check(tenant, feature, service=service, role=role)
    body = {
        "tenant": tenant,
        "feature": feature,
        "environment": environment,
        "name": name,
        "expires_at": expires,
        "role": role,
    }
    made = connect().post("keys/", {field: value for field, value in body.items() if value is not None})
    if as_json:
        print_json(made)
        return
    # The key alone on stdout, so that KEY=$(aiops key create …) works.
    typer.echo(
        f"Made {made['name']!r} for {made['tenant'] or 'the console'}. Keep it now: it is not shown again.", err=True
    )
    typer.echo(made["key"])


def _check(tenant: str | None, feature: str | None, *, service: bool, role: Role | None) -> None:
    if service == (tenant is not None):
        raise typer.BadParameter("give one of --tenant SLUG (calls) and --service (the console's API).")
    if service and role is None:
        raise typer.BadParameter(f"--service needs --role: {', '.join(Role)}.")
    if service and feature:
        raise typer.BadParameter("--feature belongs to a tenant's key, not to a service key.")
    if role and not service:
        raise typer.BadParameter("--role belongs to a service key; add --service.")
