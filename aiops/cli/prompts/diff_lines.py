"""Differences as a terminal shows them; what is not one gets the same signs without colours."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import typer

from aiops.cli.plain import plain, plain_line

if TYPE_CHECKING:
    from prompts.diffing import Line, TextDiff

_COLOURS: Final = {"new": typer.colors.GREEN, "gone": typer.colors.RED}
_SIGNS: Final = {"new": "+", "gone": "-", "same": " "}
_MARKS: Final = {"new": ("{+", "+}"), "gone": ("[-", "-]")}


def print_stat(texts: "Sequence[TextDiff]", *, word: bool = False) -> None:
    wide = max((len(text.title) for text in texts), default=0)
    for text in texts:
        typer.echo(plain_line(f"  {text.title:<{wide}}  +{text.added:,} -{text.removed:,}"))


def print_texts(texts: "Sequence[TextDiff]", *, word: bool = False) -> None:
    for text in texts:
        typer.secho(plain_line(f"── {text.title}"), bold=True)
        if not text.blocks:
            typer.echo("Moved; its text is the same.")
        for line in text.lines:
            _print_line(line, word=word)


def _print_line(line: "Line", *, word: bool) -> None:
    if line.kind == "gap":
        typer.secho("  …", dim=True)
        return
    colour = _COLOURS.get(line.kind)
    # A line without one word that stayed is marked by its sign alone.
    is_cut = any(not bit.is_changed for bit in line.bits)
    typer.secho(_SIGNS[line.kind], fg=colour, nl=False)
    for bit in line.bits:
        is_marked = bit.is_changed and is_cut
        typer.secho(_marked(line.kind, bit.text, is_marked and word), fg=colour, bold=is_marked or None, nl=False)
    typer.echo()


def _marked(kind: str, text: str, is_marked: bool) -> str:
    begin, end = _MARKS[kind] if is_marked and text.strip() else ("", "")
    return f"{begin}{plain(text)}{end}"
