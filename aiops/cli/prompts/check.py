"""aiops prompts check."""

# ruff: noqa: PLC0415 - YAML, Jinja and JSON schema are 0.2 s that the other commands must not pay
import gc
from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aiops.cli.failing import ERROR
from aiops.cli.options import Json
from aiops.cli.plain import plain
from aiops.cli.printing import counted, print_json
from aiops.cli.prompts import formats
from aiops.cli.prompts.group import group
from aiops.cli.prompts.reading import default_folder

if TYPE_CHECKING:
    from aiops.cli.prompts.asking import Asked
    from prompts.files import Problem, PromptFile, Reading

_COLOURS = {"error": typer.colors.RED, "warning": typer.colors.YELLOW, "note": typer.colors.CYAN}


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    GITLAB = "gitlab"
    SARIF = "sarif"


@group.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(exists=True, show_default=False, help="Folders and *.prompt.yaml files. (default: prompts)"),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    as_json: Json = False,
    format_: Annotated[
        Format, typer.Option("--format", help="GitHub's annotations, GitLab's Code Quality report, SARIF 2.1.0, …")
    ] = Format.TEXT,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="RULE", help="Leave a rule out, such as prompt/unused-part. Repeatable."),
    ] = None,
    model: Annotated[
        str, typer.Option(metavar="NAME", help="Count tokens as this model does, whatever the prompts name.")
    ] = "",
    is_asked: Annotated[
        bool,
        typer.Option("--ask", help="Ask a model about contradictions, through the gateway. It costs what it costs."),
    ] = False,
    ask_model: Annotated[str, typer.Option(metavar="NAME", help="Of --ask: a chain or a model.")] = "default",
    ask_feature: Annotated[
        str, typer.Option(metavar="SLUG", help="Of --ask: the feature that its calls are tagged with.")
    ] = "prompt-check",
) -> None:
    """Look for what is wrong with prompt files: syntax, variables, parts, token budgets, repeated text, secrets,
    personal data.

    Asks no console and no model. Exit code 1 when there are errors; with --strict, also when there are warnings.

    With --ask a model is asked for instructions that contradict each other: with the key in AIOPS_KEY, at
    AIOPS_GATEWAY_URL or the console here. Its hints are notes, which never fail anything.

    \b
    aiops prompts check
    aiops prompts check app/prompts other.prompt.yaml --strict
    aiops prompts check --format sarif > prompts.sarif
    """
    ignored = _rules(ignore or [])
    chosen = paths or [default_folder()]
    reading, problems = _look(chosen, model)
    asked = _ask(reading, ask_model, ask_feature) if is_asked else None
    problems = sorted(each for each in [*problems, *(asked.problems if asked else ())] if each.rule not in ignored)
    _show(Format.JSON if as_json else format_, reading, problems, model, asked)
    failing = ("error", "warning") if strict else ("error",)
    raise typer.Exit(ERROR if any(problem.level in failing for problem in problems) else 0)


def _rules(names: Sequence[str]) -> set[str]:
    if not names:
        return set()
    from prompts.bundle.faults import hint
    from prompts.lint import rule_of
    from prompts.rules import FIRM, SAID

    can_be_left_out = [rule.removeprefix("prompt/") for rule in SAID if rule not in FIRM]
    rules = {name: rule_of(name) for name in names}
    for name, rule in rules.items():
        if rule in FIRM:
            raise typer.BadParameter(f"{rule} cannot be ignored: the prompt could not be used.", param_hint="--ignore")
        if rule is None:
            told = hint(name.removeprefix("prompt/"), can_be_left_out).replace("did you mean ", "did you mean prompt/")
            told = f"there is no rule {plain(name)!r}; {told}"
            raise typer.BadParameter(told, param_hint="--ignore")
    return {str(rule) for rule in rules.values()}


def _look(paths: Sequence[Path], model: str) -> "tuple[Reading, list[Problem]]":
    # Everything that is read stays until the command ends: looking for what to let go of takes a tenth of the time.
    was_on = gc.isenabled()
    gc.disable()
    try:
        from prompts.files import read
        from prompts.lint import lint

        reading = read(paths)
        return reading, sorted({*reading.problems, *lint(reading, model)})
    finally:
        if was_on:
            gc.enable()


def _ask(reading: "Reading", model: str, feature: str) -> "Asked":
    from aiops.cli.prompts.asking import ask, tell

    asked = ask(reading.prompts, model=model, feature=feature)
    tell(asked)
    return asked


def _show(
    format_: Format, reading: "Reading", problems: list["Problem"], model: str, asked: "Asked | None" = None
) -> None:
    if format_ is Format.JSON:
        print_json(_report(reading, problems, model) | ({"asked": asked.as_json()} if asked else {}))
    elif format_ is Format.GITHUB:
        for line in formats.github(problems):
            typer.echo(line)
        typer.echo(_summary(reading, problems, model))
    elif format_ is Format.GITLAB:
        print_json(formats.gitlab(problems))
    elif format_ is Format.SARIF:
        print_json(formats.sarif(problems))
    else:
        _print(reading, problems, model)


def _print(reading: "Reading", problems: list["Problem"], model: str) -> None:
    for problem in problems:
        typer.echo(plain(f"{problem.path}:{problem.line}:{problem.column}: "), nl=False)
        typer.secho(f"{problem.level}:", fg=_COLOURS[problem.level], nl=False)
        typer.echo(f" {plain(problem.text)}")
    for path, names in sorted(_reach(reading).items()):
        if len(names) > 1:
            typer.echo(plain(f"{path} is in {', '.join(names)}"))
    typer.echo(_summary(reading, problems, model))


def _reach(reading: "Reading") -> dict[str, list[str]]:
    """By part, and schema: the prompts that a change of it touches."""
    reach: defaultdict[str, list[str]] = defaultdict(list)
    for prompt in reading.prompts:
        for path in prompt.paths - {prompt.path}:
            reach[str(path)].append(prompt.name)
    return reach


def _summary(reading: "Reading", problems: list["Problem"], model: str) -> str:
    tokens = sum(_tokens(prompt, model) for prompt in reading.prompts)
    found = f"{_levels(problems, 'error')}, {_levels(problems, 'warning')}"
    files = f"{counted(len(reading.prompts), 'prompt')}, {counted(len(_reach(reading)), 'part')}"
    read = f"{files}, about {counted(tokens, 'token')}"
    return f"{read}: {found}.{_how_counted(reading, model)}"


def _how_counted(reading: "Reading", model: str) -> str:
    """Said only where a model is named whose tokenizer is known, and it was not counted with it."""
    from prompts.lint import HOW_TO_INSTALL, encoding_of, is_installed

    names = {model or str(prompt.bundle.model.get("model") or "") for prompt in reading.prompts}
    if model and encoding_of(model) is None:
        return f" Tokens are estimated: the tokenizer of {plain(model)} is not known."
    if any(map(encoding_of, names)) and not is_installed():
        return f" Tokens are estimated; {HOW_TO_INSTALL}."
    return ""


def _levels(problems: list["Problem"], level: str) -> str:
    return counted(sum(problem.level == level for problem in problems), level)


def _report(reading: "Reading", problems: list["Problem"], model: str) -> dict[str, Any]:
    return {
        "prompts": [_prompt(prompt, model) for prompt in reading.prompts],
        "parts": [{"path": path, "prompts": names} for path, names in sorted(_reach(reading).items())],
        "problems": [problem._asdict() | {"path": str(problem.path)} for problem in problems],
        "errors": sum(problem.level == "error" for problem in problems),
        "warnings": sum(problem.level == "warning" for problem in problems),
    }


def _prompt(prompt: "PromptFile", model: str) -> dict[str, Any]:
    from prompts.lint import counter_of

    return {
        "name": prompt.name,
        "version": prompt.bundle.hash,
        "path": str(prompt.path),
        "parts": sorted(prompt.bundle.parts),
        "tokens": _tokens(prompt, model),
        "counted": counter_of(prompt.bundle, model).name,
    }


def _tokens(prompt: "PromptFile", model: str) -> int:
    from prompts.lint import sizes_of, whole

    return whole(sizes_of(prompt, model))
