"""A prompt as files in our style; the same prompt is the same bytes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from prompts.bundle import Bundle
from prompts.exchange.yaml_writing import block, flow
from prompts.files import SUFFIX

_IN_TEXT: Final = 6


class Unwritable(Exception):
    """What no folder can hold, or must not; says why."""


def prompt_files(name: str, bundle: Bundle, description: str = "") -> dict[str, str]:
    """Texts by path from the prompt's folder. Raises Unwritable."""
    _check(bundle.parts)
    schema = _schema_path(name, bundle)
    prompt = "\n".join([*_head(name, description), *_settings(bundle, schema), *_messages(bundle), ""])
    files = {_free(f"{name}{SUFFIX}", bundle.parts): prompt, **bundle.parts}
    return files | {schema: json_text(bundle.output.schema)} if schema else files


def json_text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _check(parts: Mapping[str, str]) -> None:
    for path in parts:
        steps = path.split("/")
        # Whoever runs git in there would run what such a folder says.
        if any(step.lower().rstrip(" .") == ".git" for step in steps):
            raise Unwritable(f"the part {path!r} would be a file of git's own.")
        above = {"/".join(steps[:end]) for end in range(1, len(steps))}
        if clash := sorted(above & parts.keys()):
            raise Unwritable(f"the part {clash[0]!r} would have to be a file and a folder.")
    if len({path.casefold() for path in parts}) < len(parts):
        raise Unwritable("two parts differ only in capital letters, which not every folder can hold.")


def _head(name: str, description: str) -> Iterator[str]:
    yield f"name: {flow(name)}"
    if description:
        yield f"description: {flow(description)}"


def _settings(bundle: Bundle, schema: str) -> Iterator[str]:
    output = bundle.output.as_data()
    if bundle.model:
        yield f"model: {flow(bundle.model)}"
    if output:
        yield f"output: {flow(output | {'schema': schema} if schema else output)}"
    if bundle.variables:
        yield "variables:"
        yield from (f"  {flow(name)}: {flow(_variable(each.as_data()))}" for name, each in bundle.variables.items())


def _variable(data: dict[str, Any]) -> dict[str, Any]:
    """Without what goes without saying."""
    is_plain = data["required"] == (data.get("default") is None)
    return {name: value for name, value in data.items() if name != "required" or not is_plain}


def _messages(bundle: Bundle) -> Iterator[str]:
    yield "messages:"
    for message in bundle.messages:
        yield f"  - role: {message.role}"
        yield f"    content: {block(message.content, _IN_TEXT)}"


def _schema_path(name: str, bundle: Bundle) -> str:
    return _free(f"schemas/{name}.json", bundle.parts) if bundle.output.schema is not None else ""


def _free(path: str, parts: Mapping[str, str]) -> str:
    """The path, or one like it that no part has taken, be it for a folder."""
    taken = {"/".join(each.casefold().split("/")[:end]) for each in parts for end in range(1, each.count("/") + 2)}
    stem, dot, suffix = path.partition(SUFFIX if path.endswith(SUFFIX) else ".json")
    while path.casefold() in taken or (path.split("/")[0] in parts):
        stem += "_"
        path = f"{stem}{dot}{suffix}"
    return path
