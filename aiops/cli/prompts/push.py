"""aiops prompts push."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aiops.cli.options import Json
from aiops.cli.plain import plain, plain_line
from aiops.cli.printing import print_json
from aiops.cli.prompts.git import DIRTY, here, source_of
from aiops.cli.prompts.group import group
from aiops.cli.prompts.pushing import push_checkout, push_suite
from aiops.cli.prompts.reading import PROMPTS, checked_prompts, checked_suites, suite_files
from aiops.cli.remote import Console, connect

if TYPE_CHECKING:
    from evals.suites.model import Suite

_TOLD = ("name", "version", "created")
_NOT_COMMITTED = (
    "The files are not committed: what is new is kept as of {}, with that commit's message. Commit before you push, "
    "and versions name the commit that holds them."
)


@group.command()
def push(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(exists=True, show_default=False, help="Folders and *.prompt.yaml files. (default: prompts)"),
    ] = None,
    suites: Annotated[
        Path | None,
        typer.Option(exists=True, help="Suites that judge them: a file, or a folder. (default: evals, if it is there)"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Send prompts, and the suites that judge them, to the console. Nobody is served them until they are released.

    What is there already is kept once: the same content is the same version. All prompts are kept, or none. Exit code
    1 when a file has errors; then nothing is sent.

    A version names the commit of its first push: commit before you push. Of files that are not committed it names the
    commit before, with -dirty.

    A push of whole folders of a git repository also tells the console which prompts came from there before and are
    there no more. Such an orphan is told here; what serves it goes on until you release something else.

    \b
    aiops prompts push
    aiops prompts push app/prompts --suites app/evals --json
    """
    reading = checked_prompts(paths)
    found = checked_suites(suite_files(suites))
    console = connect()
    origin = here(Path(), [path for prompt in reading.prompts for path in prompt.paths])
    pushed, orphans = push_checkout(console, reading.prompts, origin, _source(paths or [PROMPTS]))
    judging = [push_suite(console, suite) for suite in found.values()]
    for remark in _unknown(console, found.values(), [prompt.name for prompt in reading.prompts]):
        typer.echo(remark, err=True)
    for orphan in orphans:
        typer.secho(_orphan(orphan), fg=typer.colors.YELLOW, err=True)
    if origin["commit"].endswith(DIRTY) and any(prompt["created"] for prompt in pushed):
        typer.secho(_NOT_COMMITTED.format(origin["commit"]), fg=typer.colors.YELLOW, err=True)
    if as_json:
        print_json([{name: prompt[name] for name in _TOLD} for prompt in pushed])
        return
    for prompt in pushed:
        typer.echo(plain_line(f"{_sign(prompt)} prompt {prompt['name']} {prompt['label']} {prompt['version'][:10]}"))
    for suite in judging:
        typer.echo(f"{_sign(suite)} suite {suite['name']} {suite['version'][:10]}, {suite['cases']:,} cases")
    typer.echo(_summary([*pushed, *judging]))


def _unknown(console: Console, suites: "Iterable[Suite]", pushed: Sequence[str]) -> Iterator[str]:
    """Suites that judge a prompt that is nowhere."""
    elsewhere = [suite for suite in suites if suite.prompt and suite.prompt not in pushed]
    known = {prompt["name"] for prompt in console.pages("prompts/", limit=1000)} if elsewhere else set()
    for suite in elsewhere:
        if suite.prompt not in known:
            where = "neither in these files nor on the console"
            yield plain(f"suite {suite.name}: its prompt {suite.prompt} is {where}: it judges nothing.")


def _source(paths: Sequence[Path]) -> str:
    """Of whole folders; a push of single files says nothing of the others."""
    return source_of(paths) if all(path.is_dir() for path in paths) else ""


def _orphan(orphan: Mapping[str, Any]) -> str:
    live = f"live in {', '.join(orphan['live'])}" if orphan["live"] else "live nowhere"
    return plain_line(f"orphaned: {orphan['name']} ({live})")


def _sign(pushed: dict[str, Any]) -> str:
    return "+" if pushed["created"] else "="


def _summary(pushed: list[dict[str, Any]]) -> str:
    new = sum(each["created"] for each in pushed)
    return f"{new} new, {len(pushed) - new} there already."
