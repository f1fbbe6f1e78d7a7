"""YAML as JSON would say it, with the line and column of every value, and of every line of a text in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import yaml

from prompts.bundle import Place

_DEEPEST: Final = 40
_MOST: Final = 20_000
_TAG: Final = "tag:yaml.org,2002:"
_MOST_BRACKETS: Final = 1_000
_MOST_DASHES: Final = 30
_TAGS: Final = frozenset({"null", "bool", "int", "float", "str", "map", "seq"})


class Mark(NamedTuple):
    """Both begin with 1."""

    line: int
    column: int


class NotYaml(Exception):
    def __init__(self, mark: Mark, detail: str) -> None:
        super().__init__(detail)
        self.mark = mark
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Document:
    """`marks`: where the value of a place is named or begins; `texts`: where its own first line begins."""

    data: Any
    marks: Mapping[Place, Mark]
    texts: Mapping[Place, Mark]
    repeated: tuple[Place, ...]

    def at(self, place: Place) -> Mark:
        """Of the value, or of what should have held it."""
        while place and place not in self.marks:
            place = place[:-1]
        return self.marks.get(place, Mark(1, 1))

    def within(self, place: Place, line: int, column: int) -> Mark:
        """Of a line and column of the text that stands at that place. A folded text is told by its beginning."""
        begin = self.texts.get(place)
        if begin is None:
            return self.at(place)
        return Mark(begin.line + line - 1, begin.column + column - 1)


class _Loader(yaml.SafeLoader):
    """Only null, true, false and numbers are not text: `no` is a word, and a date is what was written."""


class _FastLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # where PyYAML has libyaml
    """The same, ten times as fast; what is wrong it says in other words and less exactly."""


for _kind in (_Loader, _FastLoader):
    _kind.yaml_implicit_resolvers = {}
    _kind.add_implicit_resolver(f"{_TAG}null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
    _kind.add_implicit_resolver(f"{_TAG}bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
    _kind.add_implicit_resolver(f"{_TAG}int", re.compile(r"^[-+]?(?:0|[1-9][0-9]{0,18})$"), list("-+0123456789"))
    _kind.add_implicit_resolver(
        f"{_TAG}float",
        re.compile(r"^[-+]?(?:0|[1-9][0-9]{0,18})(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,3})?$"),
        list("-+0123456789"),
    )


def read_yaml(text: str) -> Document:
    """Raises NotYaml."""
    try:
        node = _composed(text)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise NotYaml(_mark(mark) if mark else Mark(1, 1), f"{fault.problem or fault.context}.") from fault
    except RecursionError as fault:
        raise NotYaml(Mark(1, 1), "it cannot be read as YAML: lists and objects are nested too deep.") from fault
    except yaml.YAMLError as fault:
        raise NotYaml(Mark(1, 1), f"it cannot be read as YAML: {str(fault).splitlines()[0]}.") from fault
    walk = _Walk(text.splitlines())
    data = walk.value(node, ()) if node else None
    return Document(data, walk.marks, walk.texts, tuple(walk.repeated))


def _composed(text: str) -> yaml.Node | None:
    # libyaml goes down without looking how deep it is: its stack would end before Python says so.
    if _may_be_deep(text):
        return yaml.compose(text, _Loader)
    try:
        return yaml.compose(text, _FastLoader)
    except yaml.YAMLError:
        return yaml.compose(text, _Loader)


def _may_be_deep(text: str) -> bool:
    if text.count("[") + text.count("{") > _MOST_BRACKETS:
        return True
    return any(sum(map(line.count, ("- ", "-\t", "? ", "?\t"))) > _MOST_DASHES for line in text.split("\n"))


@dataclass(slots=True)
class _Walk:
    lines: list[str]
    marks: dict[Place, Mark] = field(default_factory=dict)
    texts: dict[Place, Mark] = field(default_factory=dict)
    repeated: list[Place] = field(default_factory=list)
    seen: int = 0

    def value(self, node: yaml.Node, place: Place) -> Any:
        self._count(node, place)
        self.marks.setdefault(place, _mark(node.start_mark))
        if node.tag.removeprefix(_TAG) not in _TAGS:
            raise NotYaml(_mark(node.start_mark), f"the tag {node.tag[:60]} is not read.")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(inner, (*place, index)) for index, inner in enumerate(node.value)]
        return self._scalar(node, place)

    def _count(self, node: yaml.Node, place: Place) -> None:
        """A few aliases of aliases are billions of values, or none that ever ends."""
        self.seen += 1
        if self.seen > _MOST or len(place) > _DEEPEST:
            raise NotYaml(_mark(node.start_mark), f"it has more than {_MOST:,} values, or is nested {_DEEPEST} deep.")

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, inner in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            inside: Place = (*place, key)
            if key in found:
                self.repeated.append(inside)
            # Where the name stands is where people look, also when the value begins on the next line.
            self.marks[inside] = _mark(key_node.start_mark)
            found[key] = self.value(inner, inside)
        return found

    def _scalar(self, node: yaml.Node, place: Place) -> Any:
        kind = node.tag.removeprefix(_TAG)
        if kind == "null":
            return None
        if kind == "bool":
            return node.value.lower() == "true"
        if kind in ("int", "float"):
            return _number(node, kind)
        if begin := self._begin(node):
            self.texts[place] = begin
        return node.value

    def _begin(self, node: yaml.Node) -> Mark | None:
        """Where the text's first line begins; None where its lines are not lines of the file."""
        mark = _mark(node.start_mark)
        if isinstance(node, yaml.ScalarNode) and node.style == "|":
            following = (line for line in self.lines[mark.line : node.end_mark.line + 1] if line.strip())
            text = next((line for line in node.value.split("\n") if line.strip()), "")
            return Mark(mark.line + 1, max(0, len(next(following, "")) - len(text)) + 1)
        if node.start_mark.line != node.end_mark.line:
            return None
        quoted = isinstance(node, yaml.ScalarNode) and node.style in ("'", '"')
        return Mark(mark.line, mark.column + quoted)


def _number(node: yaml.Node, kind: str) -> int | float:
    try:
        return int(node.value) if kind == "int" else float(node.value)
    except ValueError as fault:
        raise NotYaml(_mark(node.start_mark), f"{str(node.value)[:60]!r} is not a number.") from fault


def _mark(mark: yaml.Mark) -> Mark:
    return Mark(mark.line + 1, mark.column + 1)
