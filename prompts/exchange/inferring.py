"""Which variables a template needs, and of which types, where nobody has said it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from jinja2 import Environment, TemplateError, nodes

from prompts.bundle.messages import LONGEST_TEXT
from prompts.rendering import read_template

_STRING, _LIST, _OBJECT = "string", "list", "object"
_OF_LISTS: Final = frozenset({"join", "first", "last", "sort", "reverse", "map", "selectattr", "rejectattr", "unique"})
# It is only parsed: nothing of it is ever run.
_PARSER: Final = Environment(autoescape=False)  # noqa: S701 - no HTML, and never rendered


def variables_of(templates: Sequence[str], known: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """As `variables` of a prompt file: those that are known first, then the others in the order of the text.

    What a template asks for before it writes it, or has a default for, may be left out.
    """
    templates = [each for each in templates if len(each) <= LONGEST_TEXT]
    found = {name: dict(each) for name, each in known.items()}
    own = set[str]()
    for template in templates:
        source = read_template(template)
        lines = source.names
        own |= source.own
        types = _first(_uses, template)
        for name in sorted(lines, key=lines.__getitem__):
            found.setdefault(name, {"type": types.get(name, _STRING)})
    # What is only set in some branch is nothing in the others.
    tested, defaulted = own & found.keys(), replaced_in(templates)
    for template in templates:
        tested |= _first(_tested, template).keys()
    free = {name: {**each, "required": False} if name in defaulted else optional(each) for name, each in found.items()}
    return {name: free[name] if name in (tested | defaulted) - known.keys() else found[name] for name in found}


def replaced_in(templates: Iterable[str]) -> set[str]:
    """Names for which a template has something else when they are not given: a value that stands in for them, be it
    an empty one, would be another prompt."""
    found = set[str]()
    for template in templates:
        found |= _first(_replaced, template).keys()
    return found


def type_of(value: object) -> str:
    """Of a sample value; a text for what has no type of its own."""
    if isinstance(value, bool):
        return "boolean"
    kinds = {int: "integer", float: "number", list: _LIST, dict: _OBJECT}
    return kinds.get(type(value), _STRING)


def common_type(types: Iterable[str]) -> str:
    """What fits all of them."""
    found = set(types)
    if found == {"integer", "number"}:
        return "number"
    return found.pop() if len(found) == 1 else _STRING


def _first(look: Callable[[nodes.Template], Iterator[tuple[str, str]]], template: str) -> dict[str, str]:
    """By name; nothing of what is no template."""
    try:
        tree = _PARSER.parse(template)
    except (TemplateError, RecursionError):
        return {}
    found: dict[str, str] = {}
    for name, type_ in look(tree):
        found.setdefault(name, type_)
    return found


def _uses(tree: nodes.Template) -> Iterator[tuple[str, str]]:
    for loop in tree.find_all(nodes.For):
        yield from _named(loop.iter, _LIST)
    for field in tree.find_all(nodes.Getattr):
        yield from _named(field.node, _OBJECT)
    for item in tree.find_all(nodes.Getitem):
        yield from _named(item.node, _OBJECT)
    for applied in tree.find_all(nodes.Filter):
        if applied.node is not None:
            yield from _named(applied.node, _LIST if applied.name in _OF_LISTS else _OBJECT * (applied.name == "items"))


def _named(node: nodes.Node, type_: str) -> Iterator[tuple[str, str]]:
    if type_ and isinstance(node, nodes.Name):
        yield node.name, type_


def optional(variable: Mapping[str, Any]) -> dict[str, Any]:
    """The same, but it may be left out, where its type has something empty to stand in for it."""
    nothing: dict[str, Any] = {_STRING: "", _LIST: [], "boolean": False, _OBJECT: {}}
    type_ = variable["type"]
    return {"type": type_, "default": nothing[type_]} if type_ in nothing else dict(variable)


def _tested(tree: nodes.Template) -> Iterator[tuple[str, str]]:
    for block in tree.find_all(nodes.If):
        yield from _asked(block.test)
    for inline in tree.find_all(nodes.CondExpr):
        yield from _asked(inline.test)


def _asked(node: nodes.Node) -> Iterator[tuple[str, str]]:
    if isinstance(node, nodes.Name):
        yield node.name, ""
    elif isinstance(node, nodes.Not | nodes.And | nodes.Or):
        for inner in node.iter_child_nodes():
            yield from _asked(inner)


def _replaced(tree: nodes.Template) -> Iterator[tuple[str, str]]:
    replaced = set(_asked_for(tree))
    # Also by another name: {% set whom = name %}{{ whom | default("you") }}.
    copies = [
        (each.target.name, each.node) for each in tree.find_all(nodes.Assign) if isinstance(each.target, nodes.Name)
    ]
    for _ in copies:
        replaced |= {name for copy, value in copies if copy in replaced for name in _names(value)}
    yield from ((name, "") for name in sorted(replaced))


def _asked_for(tree: nodes.Template) -> Iterator[str]:
    for applied in tree.find_all(nodes.Filter):
        if applied.name in ("default", "d") and applied.node is not None:
            yield from _names(applied.node)
    for test in tree.find_all(nodes.Test):
        if test.name in ("defined", "undefined"):
            yield from _names(test.node)


def _names(node: nodes.Node) -> Iterator[str]:
    """Whose own value the node may have: what is a filter's or a field's is something, be it an empty text."""
    if isinstance(node, nodes.Name):
        yield node.name
    elif isinstance(node, nodes.And | nodes.Or | nodes.CondExpr):
        for inner in node.iter_child_nodes():
            yield from _names(inner)
