"""aiops watch."""

from typing import Annotated
from urllib.parse import urlencode

import typer

from aiops.cli.app import app
from aiops.cli.ids import id_of
from aiops.cli.options import REMOTE, Json
from aiops.cli.printing import print_json
from aiops.cli.remote import connect


@app.command(rich_help_panel=REMOTE)
def watch(
    stop_id: Annotated[str, typer.Argument(metavar="ID", help="The stop.", callback=id_of("a stop"))],
    user: Annotated[str, typer.Option(metavar="EMAIL", help="Who is told, by their e-mail address here.")],
    off: Annotated[bool, typer.Option("--off", help="Do not tell them after all.")] = False,
    as_json: Json = False,
) -> None:
    """Mail one person, once, when calls resume where this stop turned AI off: `aiops stops --json` has its ID."""
    path, console = f"stops/{stop_id}/watch/", connect()
    if off:
        console.delete(f"{path}?{urlencode({'user': user})}")
        told = {"stop": stop_id, "user": None}
    else:
        told = console.post(path, {"user": user})
    if as_json:
        print_json(told)
    else:
        typer.echo(f"{user} is not told of it." if off else f"{told['user']} is told when calls resume there.")
