"""What a template says that every rendering refuses, whatever it is given: told before anybody renders it. Pure."""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from jinja2 import nodes

from prompts.rendering.meter import LONGEST_OUTPUT, MOST_WORK
from prompts.rendering.sandbox import LARGEST, LONGEST_RANGE
from prompts.rules import Rule

_COUNT: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
_WRITTEN: Final = (nodes.List, nodes.Tuple, nodes.Dict)

type Number = int | float


class Hopeless(NamedTuple):
    line: int
    token: str
    detail: str
    rule: Rule


class _Size(NamedTuple):
    """What loops surely do: rounds, and characters of the text that stands in them."""

    rounds: int = 0
    characters: int = 0


def hopeless(tree: nodes.Template, every: Iterable[nodes.Node]) -> Iterator[Hopeless]:
    """Only what is certain: what depends on a value, or stands behind an `if`, is never taken for too much.

    `every`: all nodes of the tree.
    """
    for node in every:
        if isinstance(node, nodes.BinExpr):
            yield from _of_operator(node)
        elif isinstance(node, nodes.Call):
            yield from _of_range(node)
    yield from _of_loops(tree)


def _of_operator(node: nodes.BinExpr) -> Iterator[Hopeless]:
    sign = node.operator
    if sign not in _COUNT:
        return
    if _is_written(node.left) or _is_written(node.right) or _mixes(node):
        yield Hopeless(node.lineno, sign, f"{sign} takes numbers; to join texts write ~.", Rule.SYNTAX)
    elif (found := _result(node)) is not None and abs(found) >= LARGEST:
        yield Hopeless(node.lineno, sign, "a number would be too large.", Rule.TOO_LARGE)


def _mixes(node: nodes.BinExpr) -> bool:
    """A text beside what is no text: only + takes two texts."""
    texts = [_is_text(node.left), _is_text(node.right)]
    if node.operator != "+":
        return any(texts)
    other = node.right if texts[0] else node.left
    return any(texts) and not all(texts) and _number(other) is not None


def _of_range(node: nodes.Call) -> Iterator[Hopeless]:
    found = _range(node)
    if found is not None and _length(found) > LONGEST_RANGE:
        told = f"range() may have at most {LONGEST_RANGE:,} numbers, not {_length(found):,}."
        yield Hopeless(node.lineno, "range", told, Rule.TOO_LARGE)


def _of_loops(tree: nodes.Template) -> Iterator[Hopeless]:
    size = _size(tree.body)
    first = next((each.lineno for each in tree.body if isinstance(each, nodes.For)), 1)
    if size.rounds > MOST_WORK:
        told = f"the loops go round {size.rounds:,} times; {MOST_WORK:,} are the most."
        yield Hopeless(first, "for", told, Rule.TOO_LARGE)
    elif size.characters > LONGEST_OUTPUT:
        told = f"the loops write {size.characters:,} characters; {LONGEST_OUTPUT:,} are the most."
        yield Hopeless(first, "for", told, Rule.TOO_LARGE)


def _size(body: Iterable[nodes.Node]) -> _Size:
    sizes = [_of_statement(node) for node in body]
    return _Size(sum(each.rounds for each in sizes), sum(each.characters for each in sizes))


def _of_statement(node: nodes.Node) -> _Size:
    if isinstance(node, nodes.Output):
        return _Size(0, sum(len(each.data) for each in node.nodes if isinstance(each, nodes.TemplateData)))
    if isinstance(node, nodes.For):
        times, inner = _times(node), _size(node.body)
        return _Size(times + times * inner.rounds, times * inner.characters)
    return _Size()


def _times(loop: nodes.For) -> int:
    """0 where nobody can tell, or where the range itself is what is wrong."""
    found = _range(loop.iter) if isinstance(loop.iter, nodes.Call) and loop.test is None else None
    return 0 if found is None or _length(found) > LONGEST_RANGE else _length(found)


def _range(node: nodes.Call) -> range | None:
    """None: its bounds are not constant, or not whole numbers."""
    bounds = [_number(each) for each in node.args]
    if not 1 <= len(bounds) <= 3 or not all(type(bound) is int for bound in bounds):
        return None
    try:
        return range(*(bound for bound in bounds if isinstance(bound, int)))
    except ValueError:
        return None


def _length(found: range) -> int:
    """len() of a range ends at what a processor counts to."""
    return max(0, (found.stop - found.start + found.step - (1 if found.step > 0 else -1)) // found.step)


def _number(node: nodes.Node) -> Number | None:
    if isinstance(node, nodes.Const):
        return node.value if type(node.value) in (int, float) else None
    if isinstance(node, nodes.Neg | nodes.Pos):
        inner = _number(node.node)
        return -inner if inner is not None and isinstance(node, nodes.Neg) else inner
    if not isinstance(node, nodes.BinExpr) or node.operator not in _COUNT:
        return None
    found = _result(node)
    return found if found is not None and abs(found) < LARGEST else None


def _result(node: nodes.BinExpr) -> Number | None:
    left, right = _number(node.left), _number(node.right)
    if left is None or right is None:
        return None
    try:
        result: Number = _COUNT[node.operator](left, right)
    except ArithmeticError:
        return None
    return result


def _is_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Concat) or (isinstance(node, nodes.Const) and isinstance(node.value, str))


def _is_written(node: nodes.Node) -> bool:
    """A list or an object, as it stands there."""
    return isinstance(node, _WRITTEN)
