"""aiops prompts versions."""

from collections.abc import Mapping
from itertools import islice
from typing import Annotated, Any, Final

import typer

from aiops.cli.options import Json
from aiops.cli.printing import local, print_json, print_table
from aiops.cli.prompts.group import group
from aiops.cli.remote import connect

_COLUMNS: Final = ("Version", "Hash", "Pushed", "By", "Commit", "Message", "Live in")
_SHORT: Final = 10
_PAGE: Final = 1000


@group.command()
def versions(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The prompt.")],
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    as_json: Json = False,
) -> None:
    """Versions of a prompt, newest first: when and by whom each was pushed, of which commit, and where it is live.

    \b
    aiops prompts versions support-answer
    aiops prompts versions support-answer --limit 100 --json
    """
    found = connect().pages(f"prompts/{name}/versions/", limit=min(limit + 1, _PAGE))
    rows = list(islice(found, limit))
    if as_json:
        print_json(rows)
        return
    print_table(_COLUMNS, map(_row, rows), elastic=("Message", "By"))
    if next(found, None):
        typer.echo(f"There are older ones: --limit {limit * 5}.")


def _row(version: Mapping[str, Any]) -> list[object]:
    who = version["author"] or version["pushed_by"]
    commit = _commit(version["commit"])
    # A console of a version before tells of everybody's lanes alone, or of none.
    served = version.get("served")
    live = ", ".join(version.get("live_in", ()) if served is None else (place["words"] for place in served))
    label = f"{version['label']} (stopped)" if version.get("stopped") else version["label"]
    return [label, version["hash"][:_SHORT], local(version["pushed_at"]), who, commit, _first(version), live]


def _commit(commit: str) -> str:
    name, dash, dirty = commit.partition("-")
    return f"{name[:_SHORT]}{dash}{dirty}"


def _first(version: Mapping[str, Any]) -> str:
    return str(version["message"]).partition("\n")[0]
