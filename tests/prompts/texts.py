"""Bundles and prompt files, as short as a test needs them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prompts.bundle import Bundle
from prompts.files import Problem, Reading, read
from prompts.rendering import compile_bundle

QUESTION = {"question": {"type": "string"}}


def make_bundle(
    text: str = "{{ question }}",
    *,
    parts: Mapping[str, str] | None = None,
    variables: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Bundle:
    messages = [{"role": "system", "content": text}]
    declared = QUESTION if variables is None else variables
    return Bundle.parse({"messages": messages, "parts": parts or {}, "variables": declared, **fields})


def render(text: str, variables: Mapping[str, Any] | None = None, **given: Any) -> str:
    """The text of one message; the variables may be any that are given."""
    declared = variables if variables is not None else {name: {"type": _type(each)} for name, each in given.items()}
    return compile_bundle(make_bundle(text, variables=declared)).render(given)[0]["content"]


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def prompt_text(*lines: str, name: str = "answer", content: str = "Hello.") -> str:
    return "\n".join([f"name: {name}", *lines, "messages:", "  - role: system", "    content: |", _indented(content)])


def read_folder(folder: Path, files: Mapping[str, str | bytes]) -> Reading:
    return read([write(folder, files)])


def told(folder: Path, problem: Problem) -> str:
    return str(problem).removeprefix(f"{folder}/")


def _indented(content: str) -> str:
    return "\n".join(f"      {line}" for line in content.splitlines())


def _type(value: object) -> str:
    names = {str: "string", bool: "boolean", int: "integer", float: "number", list: "list", dict: "object"}
    return names[type(value)]
