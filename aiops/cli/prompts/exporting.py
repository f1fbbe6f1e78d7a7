"""aiops prompts export."""

# ruff: noqa: PLC0415 - YAML, Jinja and JSON schema are 0.2 s that the other commands must not pay
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Protocol

import typer

from aiops.cli.failing import ERROR, fail
from aiops.cli.options import Json
from aiops.cli.plain import plain
from aiops.cli.printing import print_json
from aiops.cli.prompts.exported import Exported, report, tell
from aiops.cli.prompts.group import group
from aiops.cli.remote import Console, connect

if TYPE_CHECKING:
    from prompts.exchange.archive import Version

_PAGE: Final = 1000
# Contents asked for at once, as many as the console gives on a page.
_CONTENTS: Final = 20
# More names than that are asked for as all.
_MOST_NAMED: Final = 100


class Progress(Protocol):
    def __call__(self, done: int, of: int) -> None: ...


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
    what is new. Each version is read back before it is written, and kept as bundle.json too where prompt files cannot
    say all of it. One that no console would keep again, as it cannot be rendered, is told. Exit code 1 when one
    could not be written.

    \b
    aiops prompts export --out archive
    aiops prompts export --out archive --prompt support-answer --json
    """
    console = connect()
    rows = _chosen(list(console.pages("prompts/", limit=_PAGE)), prompt)
    named = {"prompt": prompt} if prompt and len(prompt) <= _MOST_NAMED else {}
    exported = {row["name"]: Exported(str(row["name"])) for row in rows}
    # Before the versions, so that each of theirs is among them.
    releases = _by_prompt(console.pages("prompt-releases/", limit=_PAGE, **named), exported)
    versions = _by_prompt(console.pages("prompt-versions/", limit=_PAGE, **named), exported)
    with _shown() as progress:
        _contents(console, out, _missing(out, versions, exported), exported, named, progress)
    # Last: what they tell of is there by then.
    for row in rows:
        _tables(out, row, versions[row["name"]], releases[row["name"]], exported[row["name"]])
    found = list(exported.values())
    if as_json:
        print_json({"out": str(out), "prompts": [report(each) for each in found]})
    else:
        tell(found)
    raise typer.Exit(ERROR if any(each.faults for each in found) else 0)


def _chosen(rows: list[dict[str, Any]], names: Sequence[str] | None) -> list[dict[str, Any]]:
    from prompts.bundle.faults import hint

    known = {row["name"]: row for row in rows}
    for name in names or ():
        if name not in known:
            fail(plain(f"the console has no prompt {name!r}; {hint(name, known)}"), error="no_prompt")
    return [known[name] for name in dict.fromkeys(names or known)]


def _by_prompt(rows: Iterable[dict[str, Any]], names: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Oldest first, as they come; of other prompts none."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for row in rows:
        if row.get("prompt") in found:
            found[row["prompt"]].append(row)
    return found


def _missing(
    out: Path, versions: Mapping[str, Sequence[Mapping[str, Any]]], exported: Mapping[str, Exported]
) -> "dict[tuple[str, str], Version]":
    """Versions that the folder has not, by prompt and hash."""
    from prompts.exchange.archive import Unfaithful, check_name, is_stored, version_of

    missing: dict[tuple[str, str], Version] = {}
    for name, rows in versions.items():
        try:
            check_name(name)
            wanted = [version_of(name, row) for row in rows]
        except Unfaithful as fault:
            exported[name].faults.append({"version": "", "detail": str(fault)})
            continue
        new = {(name, version.hash): version for version in wanted if not is_stored(out, version)}
        exported[name].same = len(wanted) - len(new)
        missing |= new
    return missing


def _contents(
    console: Console,
    out: Path,
    missing: "Mapping[tuple[str, str], Version]",
    exported: Mapping[str, Exported],
    named: Mapping[str, Any],
    progress: Progress,
) -> None:
    left = dict(missing)
    for hashes in batched(dict.fromkeys(hash_ for _, hash_ in missing), _CONTENTS):
        pages = console.pages("prompt-versions/", hash=list(hashes), content="true", limit=_CONTENTS, **named)
        for row in pages:
            if version := left.pop((str(row.get("prompt")), str(row.get("hash"))), None):
                _version(out, version, row.get("bundle"), exported[version.prompt])
        progress(len(missing) - len(left), len(missing))
    for version in left.values():
        told = {"version": f"v{version.number}", "detail": "the console did not give its content; try again."}
        exported[version.prompt].faults.append(told)


def _version(out: Path, version: "Version", bundle: object, exported: Exported) -> None:
    from prompts.exchange.archive import Unfaithful, content_of

    label = f"v{version.number}"
    try:
        content = content_of(version, bundle)
    except Unfaithful as fault:
        exported.faults.append({"version": label, "detail": str(fault)})
        return
    _write(out, content.files)
    exported.new += 1
    if content.unsaid:
        exported.whole.append({"version": label, "detail": content.unsaid})
    if content.refused:
        exported.refused.append({"version": label, "detail": content.refused})


def _tables(
    out: Path,
    row: Mapping[str, Any],
    versions: Sequence[Mapping[str, Any]],
    releases: Sequence[Mapping[str, Any]],
    exported: Exported,
) -> None:
    from prompts.exchange.archive import history, prompt_card

    if any(not fault["version"] for fault in exported.faults):
        return
    _write(out, prompt_card(row) | history(exported.name, versions, releases))
    exported.releases = len(releases)


def _write(out: Path, files: Mapping[str, str]) -> None:
    from prompts.exchange import Unstorable, plan, store

    try:
        store(plan(out, files))
    except Unstorable as fault:
        fail(plain(str(fault)), error="unstorable")


@contextmanager
def _shown() -> "Iterator[Progress]":
    """A bar, where somebody looks at it; stdout may be a program's."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console as Terminal
    from rich.progress import Progress as Bars

    with Bars(console=Terminal(stderr=True), transient=True) as bars:
        task = bars.add_task("versions", total=None)
        yield lambda done, of: bars.update(task, completed=done, total=of)
