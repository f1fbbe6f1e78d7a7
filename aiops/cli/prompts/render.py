"""aiops prompts render."""

# ruff: noqa: PLC0415 - YAML, Jinja and JSON schema are 0.2 s that the other commands must not pay
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aiops.cli.failing import fail
from aiops.cli.options import Json, filled
from aiops.cli.plain import plain, plain_line
from aiops.cli.printing import print_json
from aiops.cli.prompts.group import group
from aiops.cli.prompts.sides import Side, from_files, served_in, version_of
from aiops.cli.remote import connect

if TYPE_CHECKING:
    from prompts.bundle import Bundle


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
    version: Annotated[
        str | None, typer.Option(help="As the console keeps it: v17, or its hash.", callback=filled)
    ] = None,
    environment: Annotated[
        str | None, typer.Option(help="As it is served there, instead of as the files hold it.", callback=filled)
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the messages that a call would send. Asks no model, and no console unless --version or --environment is
    given. About how many tokens its parts have stands on stderr, so that stdout is the messages alone.

    \b
    aiops prompts render support-answer --environment production --var question="Where is my order?"
    aiops prompts render support-answer --var question="Where is my order?"
    aiops prompts render support-answer --vars sample.json --var 'sources=[]'
    """
    from prompts.rendering import compile_bundle
    from tenants.refusals import Refused

    bundle = _side(name, path, version, environment).bundle
    given = {**_from_file(variables), **_from_words(var or [], bundle)}
    try:
        messages = compile_bundle(bundle).render(given)
    except Refused as refused:
        fail(plain(refused.detail))
    if as_json:
        print_json(messages)
    else:
        _print(messages)
        _print_parts(bundle)


def _side(name: str, path: Path, version: str | None, environment: str | None) -> Side:
    if version and environment:
        raise typer.BadParameter("give a version or an environment, not both.", param_hint="--version")
    if version:
        return version_of(connect(), name, version)
    return served_in(connect(), name, environment) if environment else from_files(name, path)


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


def _print_parts(bundle: "Bundle") -> None:
    """As they are written: what variables bring is in the messages."""
    from prompts.lint.tokens import sizes_of_bundle

    for size in sizes_of_bundle(bundle):
        if size.role is None:
            typer.echo(plain_line(f"{size.template} · about {size.tokens:,} tokens"), err=True)
