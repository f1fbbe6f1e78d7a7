"""Reading aiops.yaml: where each value stands, so that a fault can be shown with its line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

type Place = tuple[str | int, ...]


class Unreadable(Exception):
    """The file is not YAML of the kind we read; the text names the line."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the file says, as JSON would say it, and the line of each value."""

    path: Path
    data: Any
    lines: Mapping[Place, int] = field(default_factory=dict)

    def where(self, place: Sequence[str | int]) -> str:
        return f"{self.path}:{self.line(place)}"

    def line(self, place: Sequence[str | int]) -> int:
        """Of the value, or of what should have held it."""
        known = tuple(place)
        while known and known not in self.lines:
            known = known[:-1]
        return self.lines.get(known, 1)


class _Loader(yaml.SafeLoader):
    """Only null, true, false and whole numbers are not text: `no` is a country, 0.15 keeps its digits, dates stay."""


_Loader.yaml_implicit_resolvers = {}
_NULL, _TRUTH, _WHOLE = (f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int"))
_Loader.add_implicit_resolver(_NULL, re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver(_TRUTH, re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
_Loader.add_implicit_resolver(_WHOLE, re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))


def read(path: Path) -> Declaration:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), _Loader)
    except UnicodeDecodeError as fault:
        raise Unreadable(f"{path}: it is not UTF-8 text.") from fault
    except OSError as fault:
        raise Unreadable(f"{path}: it cannot be read ({fault.strerror}).") from fault
    except yaml.MarkedYAMLError as fault:
        raise Unreadable(f"{path}{_line(fault)}: {fault.problem or fault.context}.") from fault
    except yaml.YAMLError as fault:
        raise Unreadable(f"{path}: {fault}") from fault
    lines: dict[Place, int] = {}
    data = _value(node, (), lines, path) if node else {}
    return Declaration(path, data, lines)


def with_key_files(declaration: Declaration) -> Declaration:
    """Keys named by `api_key_file` are read here, beside the file that names them: the console may be elsewhere."""
    providers = declaration.data.get("providers") if isinstance(declaration.data, dict) else None
    for slug, provider in (providers or {}).items() if isinstance(providers, dict) else ():
        if isinstance(provider, dict) and isinstance(provider.get("api_key_file"), str):
            where = declaration.where(("providers", slug, "api_key_file"))
            provider["api_key"] = _secret(declaration.path.parent / provider.pop("api_key_file"), where)
    return declaration


def _secret(path: Path, where: str) -> str:
    try:
        text = path.expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise Unreadable(f"{where}: api_key_file: {path} cannot be read ({fault}).") from fault
    if not text:
        raise Unreadable(f"{where}: api_key_file: {path} is empty.")
    return text


def _value(node: yaml.Node, place: Place, lines: dict[Place, int], path: Path) -> Any:
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, lines, path)
    if isinstance(node, yaml.SequenceNode):
        return [_value(inner, (*place, index), lines, path) for index, inner in enumerate(node.value)]
    return _scalar(node, path)


def _mapping(node: yaml.MappingNode, place: Place, lines: dict[Place, int], path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, inner in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in found:
            raise Unreadable(f"{path}:{line}: {key!r} is there twice; the first is at line {lines[(*place, key)]}.")
        found[key] = _value(inner, (*place, key), lines, path)
        # The line of the name is where people look, also when the value begins on the next.
        lines[(*place, key)] = line
    return found


def _scalar(node: yaml.Node, path: Path) -> Any:
    if node.tag == _NULL:
        return None
    if node.tag == _TRUTH:
        return node.value.lower() == "true"
    if node.tag == _WHOLE:
        return _whole(node, path)
    return node.value


def _whole(node: yaml.Node, path: Path) -> int:
    try:
        return int(node.value)
    except ValueError as fault:
        raise Unreadable(f"{path}:{node.start_mark.line + 1}: {node.value!r} is not a whole number.") from fault


def _line(fault: yaml.MarkedYAMLError) -> str:
    mark = fault.problem_mark or fault.context_mark
    return f":{mark.line + 1}" if mark else ""
