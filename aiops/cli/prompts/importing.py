"""aiops prompts import."""

# ruff: noqa: PLC0415 - YAML, Jinja and JSON schema are 0.2 s that the other commands must not pay
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aiops.cli.failing import ERROR, fail
from aiops.cli.options import Json
from aiops.cli.plain import plain
from aiops.cli.printing import counted, print_json
from aiops.cli.prompts.group import group
from aiops.cli.prompts.imported import report, tell

if TYPE_CHECKING:
    from prompts.exchange import Draft, Planned
    from prompts.files import Problem


class Tool(StrEnum):
    PROMPTFOO = "promptfoo"
    LANGWATCH = "langwatch"
    DOTPROMPT = "dotprompt"
    TEXT = "text"


class TextRole(StrEnum):
    SYSTEM = "system"
    USER = "user"


@group.command("import")
def import_(
    paths: Annotated[
        list[Path], typer.Argument(exists=True, show_default=False, help="Files of another tool, and folders of them.")
    ],
    tool: Annotated[
        Tool | None, typer.Option("--from", help="Whose files they are. (default: found out by each file)")
    ] = None,
    to: Annotated[Path, typer.Option(file_okay=False, help="The folder to write to.")] = Path("prompts"),
    name: Annotated[str, typer.Option(help="Of the prompt, when it is just one.", show_default=False)] = "",
    role: Annotated[TextRole, typer.Option(help="Of a plain text: whose message it is.")] = TextRole.SYSTEM,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are otherwise.")] = False,
    skip: Annotated[
        bool, typer.Option("--skip", help="Leave out what cannot be taken over, and write the rest.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be written.")] = False,
    as_json: Json = False,
) -> None:
    """Take prompts of promptfoo, LangWatch or dotprompt, or plain texts, over as prompt files.

    Templates are translated, and read back before anything is written; what has no counterpart is told. Asks no console
    and no model. All or nothing: exit code 1 when something cannot be taken over, unless --skip leaves it out.

    \b
    aiops prompts import promptfooconfig.yaml --dry-run
    aiops prompts import ../other/prompts --from dotprompt --to prompts
    aiops prompts import notes/persona.md --name persona --role system
    """
    from prompts.exchange import Options, Unstorable, merge, plan, store, take

    read = take(paths, tool.value if tool else "", Options(role.value))
    merged = merge(_named(read.drafts, name), to)
    try:
        planned = plan(to, merged.files)
        refused = [*read.problems, *merged.faults]
        barred = [*merged.clashes, *_overwritten(planned, force)]
        is_fine = bool(merged.made) and not barred and (skip or not _errors(refused))
        if is_fine and not dry_run:
            store(planned)
    except Unstorable as fault:
        fail(plain(str(fault)), error="unstorable")
    problems = sorted({*refused, *barred})
    if as_json:
        print_json(report(merged, planned, problems, is_written=is_fine and not dry_run))
    else:
        tell(merged, planned, problems, is_fine=is_fine, dry_run=dry_run)
    raise typer.Exit(0 if is_fine else ERROR)


def _named(drafts: "Sequence[Draft]", name: str) -> "Sequence[Draft]":
    if not name:
        return drafts
    if len(drafts) != 1:
        raise typer.BadParameter(
            f"these are {counted(len(drafts), 'prompt')}; one name is for one.", param_hint="--name"
        )
    return [replace(drafts[0], name=name)]


def _overwritten(planned: "Sequence[Planned]", force: bool) -> "Iterator[Problem]":
    from prompts.exchange import State
    from prompts.files.problems import error

    for each in planned:
        if each.state is State.OTHER and not force:
            yield error(each.path, 1, 1, "it is there and says something else; --force writes over it.")


def _errors(problems: "Iterable[Problem]") -> bool:
    return any(problem.level == "error" for problem in problems)
