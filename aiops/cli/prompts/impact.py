"""aiops prompts impact."""

# ruff: noqa: PLC0415 - YAML, Jinja and JSON schema are 0.2 s that the other commands must not pay
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aiops.cli.failing import fail
from aiops.cli.options import Json
from aiops.cli.plain import plain
from aiops.cli.printing import print_json
from aiops.cli.prompts.group import group
from aiops.cli.prompts.reading import checked_prompts, default_folder, read_suites, suite_files
from aiops.cli.prompts.touching import Reach, TouchedFile, TouchedPrompt, impact_lines, with_traffic

if TYPE_CHECKING:
    from evals.suites.model import Suite
    from prompts.files import PromptFile


@group.command()
def impact(
    changed: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PART|PROMPT]...", show_default=False, help="Files, or names of prompts."),
    ] = None,
    path: Annotated[
        Path | None,
        typer.Option(exists=True, show_default=False, help="The folder of prompt files. (default: prompts)"),
    ] = None,
    base: Annotated[
        str | None, typer.Option(metavar="REF", help="Everything that changed since this branch left it: main.")
    ] = None,
    as_json: Json = False,
) -> None:
    """What a change touches: part, prompts, features, suites, and what is asked of them and costs in a day.

    Calls and cost are the console's; without one the rest is told all the same.

    \b
    aiops prompts impact prompts/parts/persona.md
    aiops prompts impact --base origin/main
    """
    if bool(changed) == bool(base):
        raise typer.BadParameter("name parts and prompts, or give --base.", param_hint="PART|PROMPT")
    folder = path or default_folder("--path")
    found = with_traffic(_since(base, folder) if base else _of(changed or [], folder))
    if as_json:
        print_json(found.as_json())
    else:
        _tell(found, base)


def _tell(reach: Reach, base: str | None) -> None:
    if base and not reach.files:
        typer.echo(plain(f"No prompt and no part changed since {base}."))
    for line in impact_lines(reach):
        typer.echo(line)


def _since(base: str, folder: Path) -> Reach:
    from aiops.cli.ci.changes import find_changes
    from aiops.cli.ci.repository import Repository
    from aiops.cli.evals.asking import Failed

    try:
        return find_changes(Repository.at(Path(), base), folder, None).reach
    except Failed as fault:
        fail(fault.detail, error=fault.error or "failed")


def _of(changed: Sequence[str], folder: Path) -> Reach:
    from prompts.files import touches

    prompts = {prompt.name: prompt for prompt in checked_prompts([folder]).prompts}
    suites, _ = read_suites(suite_files(None))
    files = [_file(word, prompts, folder) for word in changed]
    touched = list(touches(prompts.values(), files))
    names = dict.fromkeys(prompt.name for touch in touched for prompt in touch.prompts)
    return Reach(
        tuple(
            TouchedFile(plain(str(each.path)), each.kind.value, tuple(prompt.name for prompt in each.prompts))
            for each in touched
        ),
        tuple(_prompt(prompts[name], suites) for name in names),
    )


def _file(word: str, prompts: "Mapping[str, PromptFile]", folder: Path) -> Path:
    """By its path from here, by its path in the folder, or by the prompt's name."""
    for found in (Path(word), folder / word):
        if found.is_file():
            return found
    if word in prompts:
        return prompts[word].path
    fail(plain(f"There is no file {word!r} here nor in {folder}, and no prompt of that name."), error="not_found")


def _prompt(prompt: "PromptFile", suites: "Mapping[str, Suite]") -> TouchedPrompt:
    from aiops.cli.ci.changes import judges_of

    return TouchedPrompt(prompt.name, plain(prompt.feature), tuple(map(plain, judges_of(prompt, suites))))
