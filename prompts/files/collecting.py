"""Everything a prompt file is made of, read into one bundle's data."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from prompts.bundle.messages import MOST_PARTS
from prompts.files.folder import Folder, Unfit
from prompts.files.problems import Problem, error
from prompts.files.shelf import Shelf
from prompts.files.source_map import SourceMap
from prompts.files.template_text import tidy
from prompts.files.yaml_text import Document
from prompts.rules import Rule

_FIELDS: Final = ("messages", "model", "output", "variables")
_SCHEMA: Final = ("output", "schema")


@dataclass(frozen=True, slots=True)
class Collected:
    """`data`: of a bundle, unchecked; `texts`: of every file by its path."""

    data: dict[str, Any]
    parts: Mapping[str, str]
    texts: Mapping[Path, str]
    source_map: SourceMap
    problems: tuple[Problem, ...]


def collect(path: Path, text: str, document: Document, shelf: Shelf) -> Collected:
    """Never raises: what cannot be read is a problem, and the rest goes on without it."""
    data = {name: document.data[name] for name in _FIELDS if name in document.data}
    if isinstance(data.get("messages"), list):
        data["messages"] = [_tidied(message) for message in data["messages"]]
    collector = _Collector(path, document, shelf, shelf.folder(path.parent), dict(_messages(data)))
    collector.add_parts()
    schema = _schema_name(data)
    if schema:
        data["output"] = {**data["output"], "schema": collector.schema(schema)}
    parts = {name: collector.templates[name] for name in collector.files if name in collector.templates}
    texts = {path: text, **collector.texts}
    return Collected({**data, "parts": parts}, parts, texts, collector.map(schema), tuple(collector.problems))


@dataclass(slots=True)
class _Collector:
    path: Path
    document: Document
    shelf: Shelf
    folder: Folder
    templates: dict[str, str]
    files: dict[str, Path] = field(default_factory=dict)
    texts: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def map(self, schema: str = "") -> SourceMap:
        return SourceMap(self.path, self.document, self.templates, self.files, schema)

    def add_parts(self) -> None:
        """Those that messages include, and those that parts include, each read once."""
        left = list(self.templates)
        while left:
            name = left.pop(0)
            for path, line, _ in self.shelf.template(self.templates[name]).inclusions:
                if path not in self.templates and self._add(path, name, line):
                    left.append(path)

    def schema(self, name: str) -> Any:
        """What the file says; None when it says nothing that could be read."""
        spot = self.map().at(_SCHEMA)
        try:
            text = self._read(name)
        except Unfit as fault:
            self.problems.append(error(*spot, str(fault), fault.rule))
            return None
        try:
            return json.loads(text, parse_constant=_refuse)
        except json.JSONDecodeError as fault:
            self.problems.append(
                error(self.files[name], fault.lineno, fault.colno, f"it is not JSON: {fault.msg}.", Rule.SYNTAX)
            )
        except RecursionError:
            told = "it cannot be read as JSON: lists and objects are nested too deep."
            self.problems.append(error(self.files[name], 1, 1, told, Rule.SYNTAX))
        except ValueError as fault:
            self.problems.append(error(self.files[name], 1, 1, f"it is not JSON: {fault}.", Rule.SYNTAX))
        return None

    def _add(self, path: str, name: str, line: int) -> bool:
        try:
            if len(self.files) >= MOST_PARTS:
                raise Unfit(f"a prompt may have {MOST_PARTS} parts.", Rule.TOO_LARGE)
            self.templates[path] = tidy(self._read(path))
        except Unfit as fault:
            self.problems.append(error(*self.map().within(name, line, path), str(fault), fault.rule))
            return False
        return True

    def _read(self, name: str) -> str:
        text = self.folder.text(name)
        self.files[name] = self.folder.path / name
        self.texts[self.files[name]] = text
        return text


def _messages(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    messages = data.get("messages")
    for index, message in enumerate(messages if isinstance(messages, list) else ()):
        if isinstance(message, dict) and isinstance(message.get("content"), str):
            yield f"messages[{index}]", message["content"]


def _tidied(message: Any) -> Any:
    """Not in place: a YAML alias may stand for one message twice."""
    if isinstance(message, dict) and isinstance(message.get("content"), str):
        return message | {"content": tidy(message["content"])}
    return message


def _schema_name(data: Mapping[str, Any]) -> str:
    output = data.get("output")
    schema = output.get("schema") if isinstance(output, dict) else None
    return schema if isinstance(schema, str) else ""


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number that JSON has")
