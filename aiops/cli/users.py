"""aiops user create."""

import secrets
import sys
from enum import StrEnum
from typing import Annotated

import typer

from aiops.cli.app import app
from aiops.cli.options import REMOTE, Json, filled
from aiops.cli.printing import print_json
from aiops.cli.remote import connect

group = typer.Typer(help="People who log in to the console.", no_args_is_help=True)
app.add_typer(group, name="user", rich_help_panel=REMOTE)


class Role(StrEnum):
    SUPPORT = "support"
    ENGINEER = "engineer"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMIN = "admin"
    TENANT_VIEWER = "tenant_viewer"
    TENANT_ADMIN = "tenant_admin"


@group.command()
def create(
    email: Annotated[str, typer.Option(help="What they log in with.")],
    role: Annotated[Role, typer.Option(help="What they may do.")],
    tenant: Annotated[
        str | None, typer.Option(metavar="SLUG", help="Only over this tenant. (default: over all)", callback=filled)
    ] = None,
    name: Annotated[str, typer.Option(help="How pages call them.")] = "",
    ask: Annotated[bool, typer.Option("--ask", help="Type the password instead of having one made.")] = False,
    from_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    as_json: Json = False,
) -> None:
    """Let a person in. A password that was made for them is shown this once."""
    if ask and from_stdin:
        raise typer.BadParameter("give one of --ask and --password-stdin.")
    given = _given(ask=ask, from_stdin=from_stdin)
    password = given or secrets.token_urlsafe(18)
    body = {"email": email, "role": role, "tenant": tenant, "name": name, "password": password}
    made = connect().post("users/", {field: value for field, value in body.items() if value is not None})
    shown = {} if given else {"password": password}
    if as_json:
        print_json(made | shown)
        return
    where = f"over {tenant}" if tenant else "over all tenants"
    typer.echo(f"{made['email']} may log in as {role} {where}.", err=not given)
    if not given:
        typer.echo("Their password, not shown again:", err=True)
        typer.echo(password)


def _given(*, ask: bool, from_stdin: bool) -> str | None:
    """The password somebody chose; never an option's value, which other users of the machine could read."""
    if ask:
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    if not from_stdin:
        return None
    password = sys.stdin.readline().rstrip("\n")
    if not password:
        raise typer.BadParameter("there is nothing on stdin.", param_hint="--password-stdin")
    return password
