"""What a template may say: text, values, filters, if, for, set and include. Everything else is refused by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from jinja2 import TemplateError, TemplateSyntaxError, meta, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from prompts.bundle.faults import hint
from prompts.bundle.messages import fault_of_path
from prompts.rendering.constants import hopeless
from prompts.rendering.filters import FILTERS, TESTS
from prompts.rendering.plain_templates import read_plain
from prompts.rules import Rule

_ALLOWED: Final = (
    *(nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Slice),
    *(nodes.For, nodes.If, nodes.Assign, nodes.Include, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Keyword),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos, nodes.Concat),
    *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod),
    *(nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair, nodes.Call),
)
# What Jinja itself puts into a template's reach.
_OF_JINJA: Final = frozenset({"self", "super", "caller", "varargs", "kwargs"})
# Python cannot compile a hundred blocks in each other.
_DEEPEST: Final = 60
_WORDS: Final[Mapping[type[nodes.Node], str]] = {
    nodes.Macro: "macros",
    nodes.CallBlock: "call blocks",
    nodes.FilterBlock: "filter blocks",
    nodes.With: "with blocks",
    nodes.Block: "blocks",
    nodes.Extends: "extends",
    nodes.Import: "imports",
    nodes.FromImport: "imports",
    nodes.AssignBlock: "set blocks",
    nodes.NSRef: "namespaces",
    nodes.Pow: "powers",
}


class Wrong(NamedTuple):
    """`token` is what the line shows of it; lines begin with 1."""

    line: int
    token: str
    detail: str
    rule: Rule = Rule.SYNTAX


_TOO_DEEP: Final = Wrong(1, "", f"blocks and brackets may be nested {_DEEPEST} deep.", Rule.TOO_LARGE)


class _Placed(NamedTuple):
    """A node, how many loops stand around it, and how many nodes."""

    node: nodes.Node
    loops: int
    depth: int


class Inclusion(NamedTuple):
    path: str
    line: int
    # How many loops stand around it.
    loops: int


@dataclass(frozen=True, slots=True)
class Source:
    """One template, read. `names`: what it takes from outside, and the line where first; `own`: what it sets.

    `hopeless`: what no rendering gets past that comes to it.
    """

    text: str
    wrongs: tuple[Wrong, ...] = ()
    names: Mapping[str, int] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    inclusions: tuple[Inclusion, ...] = ()
    # How deep its own loops are nested.
    loops: int = 0
    hopeless: tuple[Wrong, ...] = ()


def read_template(text: str) -> Source:
    """Never raises: what is wrong stands in `wrongs`."""
    if "{" not in text:
        return Source(text)
    if plain := read_plain(text):
        return Source(text, names=plain.names, inclusions=tuple(Inclusion(*each, 0) for each in plain.paths))
    try:
        return _read(text, _PARSER.parse(text))
    except TemplateSyntaxError as fault:
        return Source(text, (Wrong(fault.lineno, "", f"{_sentence(fault.message)}"),))
    except RecursionError:
        return Source(text, (_TOO_DEEP,))
    except (TemplateError, ValueError) as fault:
        return Source(text, (Wrong(1, "", f"it cannot be read as a template ({type(fault).__name__})."),))


def _read(text: str, tree: nodes.Template) -> Source:
    placed = list(_placed(tree))
    if any(each.depth > _DEEPEST for each in placed):
        return Source(text, (_TOO_DEEP,))
    wrongs = tuple(wrong for each in placed for wrong in _wrongs(each.node))
    return Source(
        text,
        wrongs=wrongs,
        names=_names(tree, placed),
        own=frozenset(each.node.name for each in placed if isinstance(each.node, nodes.Name) and _is_set(each.node)),
        inclusions=_inclusions(placed),
        loops=max((each.loops + 1 for each in placed if isinstance(each.node, nodes.For)), default=0),
        hopeless=() if wrongs else tuple(Wrong(*each) for each in hopeless(tree, (each.node for each in placed))),
    )


def _placed(tree: nodes.Template) -> Iterator[_Placed]:
    """Every node in the order of the text. By a stack: how deep a template goes is its author's doing."""
    left = [_Placed(tree, 0, 0)]
    while left:
        placed = left.pop()
        yield placed
        left += reversed(list(_children(placed)))


def _children(placed: _Placed) -> Iterator[_Placed]:
    for name, value in placed.node.iter_fields():
        loops = placed.loops + (isinstance(placed.node, nodes.For) and name == "body")
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, nodes.Node):
                yield _Placed(child, loops, placed.depth + 1)


def _wrongs(node: nodes.Node) -> Iterator[Wrong]:
    if not isinstance(node, (nodes.Template, *_ALLOWED)):
        word = _WORDS.get(type(node), type(node).__name__.lower())
        yield Wrong(node.lineno, "", f"prompts have no {word}; they have values, filters, if, for, set and include.")
    elif isinstance(node, nodes.Filter | nodes.Test):
        yield from _unknown(node)
    elif isinstance(node, nodes.Call) and not _is_range(node):
        yield Wrong(node.lineno, "(", "prompts call no functions, except range(); use a filter: items, not .items().")
    elif isinstance(node, nodes.Include):
        yield from _wrong_include(node)
    elif isinstance(node, nodes.For) and node.recursive:
        yield Wrong(node.lineno, "recursive", "a loop cannot be recursive.")
    elif isinstance(node, nodes.Name) and _is_reserved(node):
        yield Wrong(node.lineno, node.name, f"{node.name!r} cannot be the name of a value.")
    elif isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        yield Wrong(node.lineno, node.attr, f"{node.attr!r} cannot be the name of a field.")


def _unknown(node: nodes.Filter | nodes.Test) -> Iterator[Wrong]:
    word, known = ("filter", FILTERS) if isinstance(node, nodes.Filter) else ("test", TESTS)
    if node.name not in known:
        yield Wrong(node.lineno, node.name, f"there is no {word} {node.name!r}; {hint(node.name, known)}")


def _wrong_include(node: nodes.Include) -> Iterator[Wrong]:
    if not isinstance(node.template, nodes.Const) or not isinstance(node.template.value, str):
        yield Wrong(node.lineno, "include", 'a part is named as it is: {% include "parts/name.md" %}.')
    elif node.ignore_missing or not node.with_context:
        yield Wrong(node.lineno, "include", "a part is included without further words.")
    elif fault := fault_of_path(node.template.value):
        yield Wrong(node.lineno, node.template.value, fault, Rule.OUTSIDE_FOLDER)


def _is_range(node: nodes.Call) -> bool:
    is_plain = not node.kwargs and node.dyn_args is None and node.dyn_kwargs is None
    return is_plain and isinstance(node.node, nodes.Name) and node.node.name == "range" and 1 <= len(node.args) <= 3


def _is_set(node: nodes.Name) -> bool:
    return node.ctx != "load"


def _is_reserved(node: nodes.Name) -> bool:
    return node.name.startswith("_") or node.name in _OF_JINJA or (node.name == "range" and _is_set(node))


def _names(tree: nodes.Template, placed: list[_Placed]) -> dict[str, int]:
    undeclared = _undeclared(tree) - {"range"}
    lines: dict[str, int] = {}
    for node, _, _ in placed:
        if isinstance(node, nodes.Name) and node.name in undeclared:
            lines.setdefault(node.name, node.lineno)
    return lines


def _undeclared(tree: nodes.Template) -> set[str]:
    if tree.find(nodes.Name) is None:
        return set()
    try:
        return meta.find_undeclared_variables(tree)
    except TemplateError:
        # An unknown filter or test, which stands among the wrongs.
        return set()


def _inclusions(placed: list[_Placed]) -> tuple[Inclusion, ...]:
    return tuple(
        Inclusion(node.template.value, node.lineno, loops)
        for node, loops, _ in placed
        if isinstance(node, nodes.Include) and isinstance(node.template, nodes.Const) and not any(_wrong_include(node))
    )


def _sentence(message: str | None) -> str:
    text = (message or "not a template").rstrip(".")
    return f"{text[:1].lower()}{text[1:200]}."


@pass_context
def _unfolded(context: Context, *arguments: object) -> None:
    """Stands for filters and tests while templates are only read: what needs a context is not run ahead of time."""


class _Parser(ImmutableSandboxedEnvironment):
    # Jinja works out constant expressions even to find a template's names: [1] * 1000000000 took minutes.
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self) -> None:
        super().__init__(optimized=False)
        self.filters, self.tests = dict.fromkeys(FILTERS, _unfolded), dict.fromkeys(TESTS, _unfolded)
        self.globals = {}


_PARSER: Final = _Parser()
