"""aiops audit verify."""

from typing import Annotated, Any

import typer

from aiops.cli.app import app
from aiops.cli.failing import ERROR, fail
from aiops.cli.options import REMOTE, Json, filled
from aiops.cli.printing import counted, print_json
from aiops.cli.remote import connect

group = typer.Typer(help="The record of every change.", no_args_is_help=True)
app.add_typer(group, name="audit", rich_help_panel=REMOTE)


@group.callback()
def audit() -> None:
    """The record of every change."""


@group.command()
def verify(
    tenant: Annotated[
        str | None, typer.Option(metavar="SLUG", help="Only this tenant's chain. (default: all)", callback=filled)
    ] = None,
    as_json: Json = False,
) -> None:
    """Check that no entry was changed or removed; exit code 1 names the first that was."""
    console = connect()
    found = console.post("audit/verify/", {"tenant": tenant} if tenant else {})
    if as_json:
        print_json(found)
        raise typer.Exit(0 if found["holds"] else ERROR)
    if not found["holds"]:
        fail("\n".join(_broken(chain) for chain in found["chains"] if not chain["holds"]))
    entries, chains = counted(found["entries"], "entry", "entries"), counted(len(found["chains"]), "chain")
    typer.echo(f"{entries} in {chains}: nothing was changed or removed.")


def _broken(chain: dict[str, Any]) -> str:
    return f"The audit chain of {chain['tenant']} is broken at entry {chain['broken_at']}: {chain['reason']}."
