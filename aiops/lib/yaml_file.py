"""Reading a YAML file and where each value in it stands, so that a fault can be shown with its line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

type Place = tuple[str | int, ...]

# libyaml's composer calls itself for each level, and some thousands of them crash the process.
MOST_LEVELS: Final = 200
# Aliases of aliases make much of little: a file of 1 kB can hold a billion values.
MOST_VALUES: Final = 2_000_000


class Unreadable(Exception):
    """The file is not YAML of the kind we read; the text names the line."""


@dataclass(frozen=True, slots=True)
class YamlFile:
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


class _Loader(yaml.CSafeLoader):
    """Only null, true, false and whole numbers are not text: `no` is a country, 0.15 keeps its digits, dates stay.

    libyaml's loader is ten times as fast as PyYAML's own, and knows that `{a: why?}` is right.
    """


_Loader.yaml_implicit_resolvers = {}
_NULL, _TRUTH, _WHOLE = (f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int"))
_Loader.add_implicit_resolver(_NULL, re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver(_TRUTH, re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
_Loader.add_implicit_resolver(_WHOLE, re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))


class _NumberLoader(_Loader):
    """As JSON has them, 0.5 and 1e3 are numbers too."""


_DECIMAL = "tag:yaml.org,2002:float"
_DECIMAL_TEXT = re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$")
_NumberLoader.add_implicit_resolver(_DECIMAL, _DECIMAL_TEXT, list("-+.0123456789"))


def read(path: Path) -> YamlFile:
    try:
        return parse(path.read_text(encoding="utf-8"), path)
    except UnicodeDecodeError as fault:
        raise Unreadable(f"{path}: it is not UTF-8 text.") from fault
    except OSError as fault:
        raise Unreadable(f"{path}: it cannot be read ({fault.strerror}).") from fault


def parse(text: str, path: Path, *, decimals: bool = False) -> YamlFile:
    """`path` is only named; with `decimals`, 0.5 is a number and no text. Raises Unreadable."""
    lines: dict[Place, int] = {}
    try:
        _check_levels(text, path)
        node = yaml.compose(text, _NumberLoader if decimals else _Loader)
        data = _value(node, (), lines, path) if node else {}
    except yaml.MarkedYAMLError as fault:
        raise Unreadable(f"{path}{_line_and_column(fault)}: {fault.problem or fault.context}.") from fault
    except yaml.YAMLError as fault:
        raise Unreadable(f"{path}: {fault}") from fault
    except RecursionError as fault:
        raise Unreadable(f"{path}: it is nested too deeply.") from fault
    return YamlFile(path, data, lines)


def _check_levels(text: str, path: Path) -> None:
    depth = 0
    for event in yaml.parse(text, _Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_LEVELS:
            raise Unreadable(f"{path}: it is nested too deeply.")


def _value(node: yaml.Node, place: Place, lines: dict[Place, int], path: Path) -> Any:
    lines[place] = node.start_mark.line + 1
    if len(lines) > MOST_VALUES:
        raise Unreadable(f"{path}: it holds more than {MOST_VALUES:,} values.")
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
        if _merges(key_node, inner):
            continue
        found[key] = _value(inner, (*place, key), lines, path)
        # The line of the name is where people look, also when the value begins on the next.
        lines[(*place, key)] = line
    for merged in _merged(node):
        found = _mapping(merged, place, lines, path) | found
    return found


def _merged(node: yaml.MappingNode) -> Iterator[yaml.MappingNode]:
    """What `<<: *anchor` brings in; of several the first wins, and the mapping's own keys before all."""
    for key, inner in node.value:
        if _merges(key, inner):
            yield from inner.value if isinstance(inner, yaml.SequenceNode) else [inner]


def _merges(key: yaml.Node, inner: yaml.Node) -> bool:
    if key.value != "<<" or getattr(key, "style", None):
        return False
    nodes = inner.value if isinstance(inner, yaml.SequenceNode) else [inner]
    return all(isinstance(each, yaml.MappingNode) for each in nodes)


def _scalar(node: yaml.Node, path: Path) -> Any:
    if node.tag == _NULL:
        return None
    if node.tag == _TRUTH:
        return node.value.lower() == "true"
    if node.tag == _WHOLE:
        return _whole(node, path)
    return _decimal(node, path) if node.tag == _DECIMAL else node.value


def _decimal(node: yaml.Node, path: Path) -> float:
    try:
        return float(node.value)
    except ValueError as fault:
        raise Unreadable(f"{path}:{node.start_mark.line + 1}: {node.value!r} is not a number.") from fault


def _whole(node: yaml.Node, path: Path) -> int:
    try:
        return int(node.value)
    except ValueError as fault:
        raise Unreadable(f"{path}:{node.start_mark.line + 1}: {node.value!r} is not a whole number.") from fault


def _line_and_column(fault: yaml.MarkedYAMLError) -> str:
    mark = fault.problem_mark or fault.context_mark
    return f":{mark.line + 1}:{mark.column + 1}" if mark else ""
