"""Jinja without Python: no attribute of any object can be reached, and everything that repeats is counted."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, override

from jinja2 import DictLoader, StrictUndefined, Undefined, nodes, pass_context
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from prompts.rendering.filters import FILTERS, TESTS
from prompts.rendering.meter import Excess, Meter, check_length
from prompts.rendering.shown import shown

METER: Final = "_meter"
LONGEST_RANGE: Final = 1_000
_LARGEST: Final = 2**63
_OF_LOOPS: Final = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})


class Sandbox(ImmutableSandboxedEnvironment):
    """Of one bundle; holds its parts. Immutable once its templates are compiled."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, parts: Mapping[str, str]) -> None:
        # Nothing is folded at compile time: no expression runs before it can be counted.
        super().__init__(
            undefined=StrictUndefined,
            loader=DictLoader(parts),
            optimized=False,
            autoescape=False,
            auto_reload=False,
            cache_size=-1,
            finalize=shown,
        )
        self.filters = {**FILTERS, "_counted": _counted, "_weighed": _weighed, "_joined": _joined}
        self.tests = dict(TESTS)
        self.globals = {"range": _range}

    @override
    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _Metered().visit(tree)
        return tree

    @override
    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, LoopContext) and attribute in _OF_LOOPS:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    @override
    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Undefined):
            str(obj)
        try:
            return obj[argument] if isinstance(obj, dict | list | tuple | str) else self._nothing(obj, argument)
        except (TypeError, LookupError):
            return self._nothing(obj, argument)

    @override
    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return _joined(context, [left, right])
        if not _is_number(left) or not _is_number(right):
            raise TypeError(f"{operator} takes numbers; to join texts write ~.")
        result = super().call_binop(context, operator, left, right)
        if abs(result) >= _LARGEST:
            raise Excess("a number would be too large.")
        return result

    def _nothing(self, obj: Any, name: Any) -> Undefined:
        return self.undefined(obj=obj, name=name)


class _Metered(NodeTransformer):
    """Loops count their rounds; what filters and comparisons work on is weighed."""

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        node.iter = _through("_counted", node.iter)
        return node

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:
        self.generic_visit(node)
        if node.node is not None and node.name not in ("default", "d"):
            node.node = _through("_weighed", node.node)
        return _through("_weighed", node)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        self.generic_visit(node)
        node.expr = _through("_weighed", node.expr)
        for operand in node.ops:
            operand.expr = _through("_weighed", operand.expr)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        self.generic_visit(node)
        return _through("_weighed", node) if isinstance(node.arg, nodes.Slice) else node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _through("_joined", nodes.List(node.nodes, lineno=node.lineno))


def _through(name: str, node: nodes.Node) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _meter(context: Context) -> Meter:
    meter: Meter = context.resolve_or_missing(METER)
    return meter


@pass_context
def _counted(context: Context, value: Iterable[Any]) -> Iterator[Any]:
    meter = _meter(context)
    for each in value:
        meter.spend(1)
        yield each


@pass_context
def _weighed(context: Context, value: Any) -> Any:
    return _meter(context).weigh(value)


@pass_context
def _joined(context: Context, values: list[Any]) -> str:
    texts = [str(shown(each)) for each in values]
    check_length(sum(map(len, texts)))
    return _meter(context).weigh("".join(texts))


def _range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > LONGEST_RANGE:
        raise Excess(f"range() may have at most {LONGEST_RANGE:,} numbers.")
    return found


def _is_number(value: object) -> bool:
    return type(value) in (int, float)
