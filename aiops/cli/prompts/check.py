"""aiops prompts check."""

# ruff: noqa: PLC0415 - YAML, Jinja and JSON schema are 0.2 s that the other commands must not pay
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aiops.cli.failing import ERROR
from aiops.cli.options import Json
from aiops.cli.plain import plain
from aiops.cli.printing import print_json
from aiops.cli.prompts.group import group

if TYPE_CHECKING:
    from prompts.files import Problem, PromptFile, Reading

_COLOURS = {"error": typer.colors.RED, "warning": typer.colors.YELLOW}


@group.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(exists=True, show_default=False, help="Folders and *.prompt.yaml files. (default: prompts)"),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    as_json: Json = False,
) -> None:
    """Look for what is wrong with prompt files: syntax, variables, parts, token budgets, repeated text, secrets.

    Asks no console and no model. Exit code 1 when there are errors; with --strict, also when there are warnings.

    \b
    aiops prompts check
    aiops prompts check app/prompts other.prompt.yaml --strict
    """
    from prompts.files import read
    from prompts.lint import lint

    reading = read(paths or [_default()])
    problems = sorted({*reading.problems, *lint(reading)})
    if as_json:
        print_json(_report(reading, problems))
    else:
        _print(reading, problems)
    is_fine = not any(strict or problem.level == "error" for problem in problems)
    raise typer.Exit(0 if is_fine else ERROR)


def _default() -> Path:
    if not Path("prompts").is_dir():
        raise typer.BadParameter("there is no folder ./prompts; name the folder or the files.", param_hint="PATHS")
    return Path("prompts")


def _print(reading: "Reading", problems: list["Problem"]) -> None:
    for problem in problems:
        typer.echo(plain(f"{problem.path}:{problem.line}:{problem.column}: "), nl=False)
        typer.secho(f"{problem.level}:", fg=_COLOURS[problem.level], nl=False)
        typer.echo(f" {plain(problem.text)}")
    for path, names in sorted(_reach(reading).items()):
        if len(names) > 1:
            typer.echo(plain(f"{path} is in {', '.join(names)}"))
    typer.echo(_summary(reading, problems))


def _reach(reading: "Reading") -> dict[str, list[str]]:
    """By part, and schema: the prompts that a change of it touches."""
    reach: defaultdict[str, list[str]] = defaultdict(list)
    for prompt in reading.prompts:
        for path in prompt.paths - {prompt.path}:
            reach[str(path)].append(prompt.name)
    return reach


def _summary(reading: "Reading", problems: list["Problem"]) -> str:
    tokens = sum(_tokens(prompt) for prompt in reading.prompts)
    errors = sum(problem.level == "error" for problem in problems)
    found = f"{_count(errors, 'error')}, {_count(len(problems) - errors, 'warning')}"
    read = f"{_count(len(reading.prompts), 'prompt')}, {_count(len(_reach(reading)), 'part')}, about {tokens:,} tokens"
    return f"{read}: {found}."


def _report(reading: "Reading", problems: list["Problem"]) -> dict[str, Any]:
    return {
        "prompts": [_prompt(prompt) for prompt in reading.prompts],
        "parts": [{"path": path, "prompts": names} for path, names in sorted(_reach(reading).items())],
        "problems": [problem._asdict() | {"path": str(problem.path)} for problem in problems],
        "errors": sum(problem.level == "error" for problem in problems),
        "warnings": sum(problem.level == "warning" for problem in problems),
    }


def _prompt(prompt: "PromptFile") -> dict[str, Any]:
    return {
        "name": prompt.name,
        "version": prompt.bundle.hash,
        "path": str(prompt.path),
        "parts": sorted(prompt.bundle.parts),
        "tokens": _tokens(prompt),
    }


def _tokens(prompt: "PromptFile") -> int:
    from prompts.lint import sizes_of

    return sum(size.tokens for size in sizes_of(prompt) if size.role is not None)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
