"""aiops prompts render."""

# ruff: noqa: PLC0415 - YAML, Jinja and JSON schema are 0.2 s that the other commands must not pay
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aiops.cli.failing import fail
from aiops.cli.options import Json
from aiops.cli.plain import plain
from aiops.cli.printing import print_json
from aiops.cli.prompts.group import group

if TYPE_CHECKING:
    from prompts.bundle import Bundle
    from prompts.files import PromptFile, Reading


@group.command()
def render(
    name: Annotated[str, typer.Argument(help="Of the prompt, as its file says it.", show_default=False)],
    path: Annotated[Path, typer.Option(exists=True, help="The folder or file to look in.")] = Path("prompts"),
    var: Annotated[
        list[str] | None, typer.Option("--var", metavar="NAME=VALUE", help="A variable; JSON unless it is a string.")
    ] = None,
    variables: Annotated[
        Path | None,
        typer.Option("--vars", metavar="FILE.JSON", exists=True, dir_okay=False, help="Variables as a JSON object."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the messages that a call would send. Asks no console and no model.

    \b
    aiops prompts render support-answer --var question="Where is my order?"
    aiops prompts render support-answer --vars sample.json --var 'sources=[]'
    """
    from prompts.files import read
    from prompts.rendering import compile_bundle
    from tenants.refusals import Refused

    bundle = _find(read([path]), name).bundle
    given = {**_from_file(variables), **_from_words(var or [], bundle)}
    try:
        messages = compile_bundle(bundle).render(given)
    except Refused as refused:
        fail(plain(refused.detail))
    if as_json:
        print_json(messages)
    else:
        _print(messages)


def _find(reading: "Reading", name: str) -> "PromptFile":
    from prompts.bundle.faults import hint

    found = [prompt for prompt in reading.prompts if prompt.name == name]
    if len(found) == 1:
        return found[0]
    errors = [str(problem) for problem in reading.problems if problem.level == "error"]
    known = (prompt.name for prompt in reading.prompts)
    told = (
        f"{len(found)} prompts are called {name!r}." if found else f"there is no prompt {name!r}; {hint(name, known)}"
    )
    fail(plain("\n".join([told, *errors])))


def _from_file(path: Path | None) -> Mapping[str, Any]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as fault:
        fail(plain(f"{path}: it cannot be read as JSON ({fault})."))
    if not isinstance(found, dict):
        fail(plain(f"{path}: it must hold a JSON object: names and values."))
    return found


def _from_words(words: Sequence[str], bundle: "Bundle") -> dict[str, Any]:
    return dict(_pair(word, bundle) for word in words)


def _pair(word: str, bundle: "Bundle") -> tuple[str, Any]:
    name, equals, text = word.partition("=")
    if not equals:
        raise typer.BadParameter(f"{plain(word)!r} is not NAME=VALUE.", param_hint="--var")
    variable = bundle.variables.get(name)
    if variable is None or variable.type == "string":
        return name, text
    try:
        return name, json.loads(text)
    except (ValueError, RecursionError):
        raise typer.BadParameter(f"{name} is of type {variable.type}; write it as JSON.", param_hint="--var") from None


def _print(messages: Sequence[Mapping[str, str]]) -> None:
    from prompts.lint import tokens_of

    for message in messages:
        tokens = tokens_of(len(message["content"]))
        typer.secho(f"── {message['role']} · about {tokens:,} tokens", bold=True)
        typer.echo(plain(message["content"]))
