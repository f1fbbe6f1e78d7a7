"""aiops prompts diff."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from aiops.cli.failing import ERROR
from aiops.cli.options import Json, filled
from aiops.cli.plain import plain, plain_line
from aiops.cli.printing import print_json
from aiops.cli.prompts.changed import Compared, compare, since
from aiops.cli.prompts.diff_lines import print_stat, print_texts
from aiops.cli.prompts.group import group
from aiops.cli.prompts.reading import PROMPTS
from aiops.cli.prompts.sides import Side, from_files, named
from aiops.cli.remote import connect


@group.command()
def diff(
    name: Annotated[str | None, typer.Argument(help="Of the prompt; with --base it may be left out.")] = None,
    before: Annotated[
        str | None, typer.Argument(metavar="[BEFORE]", help="v16, a hash, or an environment.", callback=filled)
    ] = None,
    after: Annotated[
        str | None, typer.Argument(metavar="[AFTER]", help="The same. (default: the files)", callback=filled)
    ] = None,
    path: Annotated[Path, typer.Option(exists=True, help="The folder or file to look in.")] = PROMPTS,
    against: Annotated[
        str | None, typer.Option(help="BEFORE by its other name. (default: production)", callback=filled)
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(metavar="REF", help="All that this branch changes since it left REF; asks no console."),
    ] = None,
    stat: Annotated[bool, typer.Option("--stat", help="How many lines of what, and not which.")] = False,
    word: Annotated[bool, typer.Option("--word", help="Mark words: [-gone-] {+new+}.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 when something differs.")] = False,
    as_json: Json = False,
) -> None:
    """What differs: the files against what an environment serves, two versions, or this branch against another.

    \b
    aiops prompts diff support-answer                    what releasing the files would change in production
    aiops prompts diff support-answer --against staging
    aiops prompts diff support-answer v16 v17
    aiops prompts diff --base main --stat                every prompt that this branch changes, without a console
    """
    _check(name, before, after, against, base)
    found = since(base, path, name) if base else [_asked(name or "", before or against, after, path)]
    if as_json:
        told = [_json(each) for each in found]
        print_json(told if base else told[0])
    else:
        _print(found, stat=stat, word=word)
    raise typer.Exit(ERROR if exit_code and any(each.differs for each in found) else 0)


def _check(name: str | None, before: str | None, after: str | None, against: str | None, base: str | None) -> None:
    if base and (before or after or against):
        raise typer.BadParameter("it compares the files with a commit: no version or environment fits beside it.",
                                 param_hint="--base")  # fmt: skip
    if before and against:
        raise typer.BadParameter(f"{plain(before)!r} is what it is compared with already.", param_hint="--against")
    if not base and not name:
        raise typer.BadParameter("name the prompt, or give --base for all that this branch changes.", param_hint="NAME")


def _asked(name: str, before: str | None, after: str | None, path: Path) -> Compared:
    head = None if after else from_files(name, path)
    console = connect()
    return compare(name, named(console, name, before or "production"), head or _side(name, after or ""))


def _side(name: str, word: str) -> Side:
    return named(connect(), name, word)


def _print(found: list[Compared], *, stat: bool, word: bool) -> None:
    for each in found:
        typer.secho(plain_line(f"{each.name}: {each.base} → {each.head}"), bold=True)
        (print_stat if stat else print_texts)(each.texts, word=word)
        typer.echo(_sum(each))
    if not found:
        typer.echo("No prompt differs.")


def _sum(each: Compared) -> str:
    if not each.differs:
        return "They are the same."
    return f"{each.added:,} added, {each.removed:,} removed." if each.texts else "Only where texts end differs."


def _json(each: Compared) -> dict[str, Any]:
    return {
        "name": each.name,
        "base": each.base,
        "head": each.head,
        "differs": each.differs,
        "added": each.added,
        "removed": each.removed,
        "texts": list(_texts(each)),
    }


def _texts(each: Compared) -> Iterator[dict[str, Any]]:
    """In the shape that the API tells them."""
    for text in each.texts:
        lines = [
            {"kind": line.kind, "number": line.number or None, "text": "".join(bit.text for bit in line.bits)}
            for line in text.lines
        ]
        yield {"name": text.name, "was": text.was or None, "added": text.added, "removed": text.removed, "lines": lines}
