"""aiops prompts status."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from aiops.cli.options import Json
from aiops.cli.printing import print_json, print_table
from aiops.cli.prompts.group import group
from aiops.cli.prompts.reading import checked_prompts
from aiops.cli.remote import Console, connect

LIVE, AHEAD, BEHIND, NEVER, ORPHAN = "live", "ahead", "behind", "never pushed", "orphan"
_SHORT: Final = 10
_COLUMNS: Final = ("Prompt", "Files", "Newest pushed", "Environment", "Live", "State")


@group.command()
def status(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(exists=True, show_default=False, help="Folders and *.prompt.yaml files. (default: prompts)"),
    ] = None,
    as_json: Json = False,
) -> None:
    """What the files hold against what each environment serves.

    \b
    live          the environment serves what the files hold
    ahead         the files hold something newer, or nothing is released yet
    behind        the environment serves something newer than the files hold
    never pushed  the console does not know the prompt
    orphan        the console has it, the files do not
    """
    local = {prompt.name: prompt.bundle.hash for prompt in checked_prompts(paths).prompts}
    console = connect()
    known = {prompt["name"]: prompt for prompt in console.pages("prompts/", limit=1000)}
    rows = [_row(console, name, local.get(name), known.get(name)) for name in sorted({*local, *known})]
    if as_json:
        print_json(rows)
    else:
        print_table(_COLUMNS, (line for row in rows for line in _lines(row)))


def _row(console: Console, name: str, local: str | None, known: Mapping[str, Any] | None) -> dict[str, Any]:
    live: dict[str, str] = known["live"] if known else {}
    states = _states(console, name, local, live) if local else dict.fromkeys(live, ORPHAN)
    newest = known["newest"] if known else None
    return {
        "name": name,
        "local": local,
        "newest": newest,
        "live": live,
        "states": states,
        "state": _overall(local, known, states),
    }


def _states(console: Console, name: str, local: str, live: Mapping[str, str]) -> dict[str, str]:
    """By environment."""
    wanted = {version for version in live.values() if version != local}
    numbers = _numbers(console, name, {local, *wanted}) if wanted else {}
    return {environment: _state(local, version, numbers) for environment, version in sorted(live.items())}


def _state(local: str, served: str, numbers: Mapping[str, int]) -> str:
    if local == served:
        return LIVE
    # What was never pushed was written after all that was.
    return AHEAD if local not in numbers or numbers[local] > numbers[served] else BEHIND


def _numbers(console: Console, name: str, wanted: set[str]) -> dict[str, int]:
    """In which order they were pushed; those that were not are left out."""
    found: dict[str, int] = {}
    for version in console.pages(f"prompts/{name}/versions/", limit=1000):
        if version["hash"] in wanted:
            found[version["hash"]] = version["number"]
        if len(found) == len(wanted):
            break
    return found


def _overall(local: str | None, known: Mapping[str, Any] | None, states: Mapping[str, str]) -> str:
    if local is None:
        return ORPHAN
    if known is None:
        return NEVER
    if states and all(state == LIVE for state in states.values()):
        return LIVE
    return BEHIND if BEHIND in states.values() else AHEAD


def _lines(row: Mapping[str, Any]) -> Iterator[list[object]]:
    """One an environment."""
    versions = [_short(row["local"]), _short(row["newest"])]
    if not row["live"]:
        yield [row["name"], *versions, None, None, row["state"]]
    for environment, version in sorted(row["live"].items()):
        yield [row["name"], *versions, environment, _short(version), row["states"][environment]]


def _short(version: str | None) -> str | None:
    return version and version[:_SHORT]
