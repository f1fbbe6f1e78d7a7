"""What was taken over from another tool, and what was not, told to people and programs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import typer

from aiops.cli.plain import plain
from aiops.cli.printing import counted
from aiops.cli.prompts.reading import show

if TYPE_CHECKING:
    from prompts.exchange import Draft, Made, Merged, Planned
    from prompts.files import Problem

_SIGNS: Final = {"new": "+", "same": "=", "other": "~"}


def report(
    merged: "Merged", planned: "Sequence[Planned]", problems: "Sequence[Problem]", *, is_written: bool
) -> dict[str, Any]:
    states = _states(merged, planned)
    return {
        "prompts": [_prompt(draft, made, states) for draft, made in merged.made],
        "problems": [problem._asdict() | {"path": str(problem.path)} for problem in problems],
        "errors": sum(problem.level == "error" for problem in problems),
        "warnings": sum(problem.level == "warning" for problem in problems),
        "written": is_written,
    }


def tell(
    merged: "Merged", planned: "Sequence[Planned]", problems: "Sequence[Problem]", *, is_fine: bool, dry_run: bool
) -> None:
    show(problems)
    states = _states(merged, planned)
    for draft, made in merged.made:
        first, *others = made.files
        typer.echo(plain(f"{_SIGNS[states[first][1]]} {states[first][0]} from {_origin(draft)}: {_taken(made)}"))
        for path in others:
            typer.echo(plain(f"  {_SIGNS[states[path][1]]} {states[path][0]}"))
    typer.echo(_end(planned, problems, is_fine=is_fine, dry_run=dry_run))


def _states(merged: "Merged", planned: "Sequence[Planned]") -> dict[str, tuple[str, str]]:
    """By path in the folder: where the file is, and whether it is new, the same or other."""
    return {path: (str(each.path), each.state.value) for path, each in zip(merged.files, planned, strict=True)}


def _prompt(draft: "Draft", made: "Made", states: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    bundle = made.bundle
    return {
        "name": draft.name,
        "version": bundle and bundle.hash,
        "from": draft.tool,
        "source": str(draft.path),
        "line": draft.line,
        "files": [{"path": states[path][0], "state": states[path][1]} for path in made.files],
        "messages": len(draft.messages),
        "variables": list(draft.variables),
        "parts": sorted(draft.parts),
        "settings": sorted(draft.model),
        "schema": draft.schema is not None,
    }


def _origin(draft: "Draft") -> str:
    where = f"{draft.path}:{draft.line}" if draft.line > 1 else str(draft.path)
    return f"{where} ({draft.tool})"


def _taken(made: "Made") -> str:
    return ", ".join(_kinds(made))


def _kinds(made: "Made") -> Iterator[str]:
    bundle = made.bundle
    if bundle is None:
        return
    yield counted(len(bundle.messages), "message")
    for number, word in (
        (len(bundle.variables), "variable"),
        (len(bundle.parts), "part"),
        (len(bundle.model), "setting"),
    ):
        if number:
            yield counted(number, word)
    if bundle.output.schema is not None:
        yield "output schema"


def _end(planned: "Sequence[Planned]", problems: "Sequence[Problem]", *, is_fine: bool, dry_run: bool) -> str:
    states = Counter(each.state.value for each in planned)
    counts = f"{states['new']} new, {states['same']} the same, {states['other']} other"
    errors = counted(sum(problem.level == "error" for problem in problems), "error")
    if not is_fine:
        return f"Nothing was written: {errors}."
    return f"Nothing was written, this was a dry run: {counts}." if dry_run else f"Files: {counts}."
