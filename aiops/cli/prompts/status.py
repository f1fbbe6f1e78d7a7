"""aiops prompts status."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from aiops.cli.failing import ERROR
from aiops.cli.options import Json
from aiops.cli.printing import counted, print_json, print_table
from aiops.cli.prompts.beside import beside, environments_of
from aiops.cli.prompts.git import source_of
from aiops.cli.prompts.group import group
from aiops.cli.prompts.history import History
from aiops.cli.prompts.reading import PROMPTS, checked_prompts
from aiops.cli.prompts.states import AHEAD, ORPHAN, STATES, States
from aiops.cli.remote import connect

_SHORT: Final = 10
_COLUMNS: Final = ("Prompt", "Files", "Newest pushed", "Environment", "Live", "Also served", "State")


def _states(text: str | None) -> str | None:
    for name in _split(text):
        if name not in STATES:
            allowed = ", ".join(state.replace(" ", "-") for state in STATES)
            raise typer.BadParameter(f"there is no state {name!r}. Allowed: {allowed}.")
    return text


@group.command()
def status(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(exists=True, show_default=False, help="Folders and *.prompt.yaml files. (default: prompts)"),
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option(metavar="STATES", callback=_states, help="Exit code 1 when there is one: drifted,behind."),
    ] = None,
    as_json: Json = False,
) -> None:
    """What the files hold against what each environment serves.

    \b
    live          the environment serves what the files hold
    ahead         the files hold something newer, or nothing is released yet
    behind        the environment serves something newer than the files hold
    drifted       the environment serves something that this branch never held
    never pushed  the console does not know the prompt
    orphan        the console has it, the files do not

    What is served is older than the files when the commit that it was pushed from is in the history of HEAD, or one
    of the last 50 commits of the prompt's files held the very same content (as after a squash); it is newer when HEAD
    is in the history of that commit. All else has drifted: pushed from another branch, from a commit that is not
    here, from files that were not committed, or from outside git. Where the files are in no git repository, the order
    in which versions were pushed decides, and nothing is told to have drifted.

    States are of what everybody gets. Beside it stand canaries and tenants' own versions: v3 to 25%; v2 to acme.

    Prompts that came from another repository or folder, or were pushed without one, are left out and counted.

    \b
    aiops prompts status
    aiops prompts status --fail-on drifted,behind
    """
    local = {prompt.name: prompt for prompt in checked_prompts(paths).prompts}
    console = connect()
    known = {prompt["name"]: prompt for prompt in console.pages("prompts/", limit=1000)}
    ours = _ours(known, paths or [PROMPTS])
    states = States(console, History.of(_folder((paths or [PROMPTS])[0])))
    rows = [states.row(name, local.get(name), known.get(name)) for name in sorted({*local, *ours})]
    if as_json:
        print_json(rows)
    else:
        print_table(_COLUMNS, (line for row in rows for line in _lines(row)))
        _tell_others([known[name] for name in known.keys() - ours - local.keys()])
    raise typer.Exit(ERROR if _is_bad(rows, _split(fail_on)) else 0)


def _ours(known: Mapping[str, Mapping[str, Any]], paths: Sequence[Path]) -> set[str]:
    """Those that may be missing here: not what another repository brought, or nobody knows whence it came."""
    source = source_of(paths) if all(path.is_dir() for path in paths) else ""
    return {name for name, prompt in known.items() if not source or prompt.get("source") == source}


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _split(text: str | None) -> list[str]:
    return [name.strip().replace("-", " ") for name in (text or "").split(",") if name.strip()]


def _is_bad(rows: Sequence[Mapping[str, Any]], states: Sequence[str]) -> bool:
    return any({row["state"], *row["states"].values()} & set(states) for row in rows)


def _tell_others(others: Sequence[Mapping[str, Any]]) -> None:
    elsewhere = sum(bool(prompt.get("source")) for prompt in others)
    nowhere = len(others) - elsewhere
    told = [f"{counted(elsewhere, 'prompt')} of other repositories or folders"] if elsewhere else []
    told += [f"{counted(nowhere, 'prompt')} pushed by no repository"] if nowhere else []
    if told:
        typer.echo(f"Left out: {', '.join(told)}.")


def _lines(row: Mapping[str, Any]) -> Iterator[list[object]]:
    """One an environment."""
    versions = [_short(row, row["local"]), _short(row, row["newest"])]
    environments = environments_of(row)
    if not environments:
        yield [row["name"], *versions, None, None, None, row["state"]]
    for environment in environments:
        live = _short(row, row["live"].get(environment))
        yield [row["name"], *versions, environment, live, beside(row, environment), _state(row, environment)]


def _state(row: Mapping[str, Any], environment: str) -> str:
    """By what everybody gets; where tenants alone are served something, the files are ahead of that."""
    return str(row["states"].get(environment, AHEAD if row["local"] else ORPHAN))


def _short(row: Mapping[str, Any], version: str | None) -> str | None:
    """`v17 3f2a91c0de`; the files may hold what was never pushed, or a version that is neither newest nor live."""
    is_stopped = any(stop["version"] == version for stop in row["stopped"])
    state = " (stopped)" if is_stopped else ""
    return version and f"{row['labels'].get(version, '')} {version[:_SHORT]}{state}".strip()
