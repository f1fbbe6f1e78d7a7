"""aiops prompts export."""

# ruff: noqa: PLC0415 - YAML, Jinja and JSON schema are 0.2 s that the other commands must not pay
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Protocol

import typer

from aiops.cli.failing import ERROR, fail
from aiops.cli.options import Json
from aiops.cli.plain import plain
from aiops.cli.printing import counted, print_json
from aiops.cli.prompts.group import group
from aiops.cli.remote import Console, connect

if TYPE_CHECKING:
    from prompts.exchange.archive import Version

_PAGE: Final = 1000


class Progress(Protocol):
    def __call__(self, prompt: str, done: int, of: int) -> None: ...


@dataclass(slots=True)
class Exported:
    """Of one prompt: versions that are new in the folder, and that were there; `faults`: versions that are not."""

    name: str
    new: int = 0
    same: int = 0
    releases: int = 0
    faults: list[dict[str, str]] = field(default_factory=list)


@group.command()
def export(
    out: Annotated[Path, typer.Option(file_okay=False, help="The folder to write to.", show_default=False)],
    prompt: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this one; may be repeated. (default: all)")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write every version of every prompt into a folder that git can keep, with who pushed and released them.

    Only reads the console: a key that may read is enough. What the folder has is not touched: a later export adds
    what is new. Each version is read back before it is written; exit code 1 when one would not be what it is.

    \b
    aiops prompts export --out archive
    aiops prompts export --out archive --prompt support-answer --json
    """
    console = connect()
    rows = _chosen(list(console.pages("prompts/", limit=_PAGE)), prompt)
    with _shown() as progress:
        exported = [_export(console, out, row, progress) for row in rows]
    if as_json:
        print_json({"out": str(out), "prompts": [_report(each) for each in exported]})
    else:
        _tell(exported)
    raise typer.Exit(ERROR if any(each.faults for each in exported) else 0)


def _chosen(rows: list[dict[str, Any]], names: Sequence[str] | None) -> list[dict[str, Any]]:
    from prompts.bundle.faults import hint

    known = {row["name"]: row for row in rows}
    for name in names or ():
        if name not in known:
            fail(plain(f"the console has no prompt {name!r}; {hint(name, known)}"), error="no_prompt")
    return [known[name] for name in dict.fromkeys(names or known)]


def _export(console: Console, out: Path, row: dict[str, Any], progress: Progress) -> Exported:
    from prompts.exchange.archive import Unfaithful, check_name, history, prompt_card, version_of

    name = str(row["name"])
    exported = Exported(name)
    try:
        check_name(name)
        versions = [*console.pages(f"prompts/{name}/versions/", limit=_PAGE)][::-1]
        releases = [*console.pages(f"prompts/{name}/releases/", limit=_PAGE)][::-1]
        wanted = [version_of(name, each) for each in versions]
        for done, version in enumerate(wanted):
            progress(name, done, len(wanted))
            _version(console, out, version, exported)
        # Last: what they tell of is there by then.
        _write(out, prompt_card(row) | history(name, versions, releases))
    except Unfaithful as fault:
        exported.faults.append({"version": "", "detail": str(fault)})
        return exported
    exported.releases = len(releases)
    progress(name, len(wanted), len(wanted))
    return exported


def _version(console: Console, out: Path, version: "Version", exported: Exported) -> None:
    from prompts.exchange.archive import Unfaithful, is_stored, version_files

    if is_stored(out, version):
        exported.same += 1
        return
    opened = console.get(f"prompts/{version.prompt}/versions/{version.hash}/")
    try:
        _write(out, version_files(version, opened["bundle"]))
    except Unfaithful as fault:
        exported.faults.append({"version": f"v{version.number}", "detail": str(fault)})
        return
    exported.new += 1


def _write(out: Path, files: dict[str, str]) -> None:
    from prompts.exchange import Unstorable, plan, store

    try:
        store(plan(out, files))
    except Unstorable as fault:
        fail(plain(str(fault)), error="unstorable")


@contextmanager
def _shown() -> "Iterator[Progress]":
    """A bar, where somebody looks at it; stdout may be a program's."""
    if not sys.stderr.isatty():
        yield lambda prompt, done, of: None
        return
    from rich.console import Console as Terminal
    from rich.progress import Progress as Bars

    with Bars(console=Terminal(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None)
        yield lambda prompt, done, of: bars.update(task, description=prompt, completed=done, total=of)


def _report(exported: Exported) -> dict[str, Any]:
    return {
        "name": exported.name,
        "new": exported.new,
        "same": exported.same,
        "releases": exported.releases,
        "faults": exported.faults,
    }


def _tell(exported: Sequence[Exported]) -> None:
    for each in exported:
        for fault in each.faults:
            version = f" {fault['version']}" if fault["version"] else ""
            typer.secho(plain(f"aiops: {each.name}{version}: {fault['detail']}"), err=True, fg=typer.colors.RED)
        typer.echo(plain(f"{each.name}: {counted(each.new, 'new version')}, {each.same:,} there already"))
    total = sum(each.new for each in exported)
    faults = sum(len(each.faults) for each in exported)
    there = f"{counted(len(exported), 'prompt')}, {counted(total, 'new version')}"
    typer.echo(f"{there}; {counted(faults, 'version')} could not be written." if faults else f"{there}.")
