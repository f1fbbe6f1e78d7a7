"""Jinja without Python: no attribute of any object can be reached, and everything that repeats is counted."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from types import CodeType
from typing import Any, Final, override

from jinja2 import StrictUndefined, Template, TemplateNotFound, Undefined, nodes, pass_context
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from prompts.rendering.codes import code_of
from prompts.rendering.filters import FILTERS, TESTS, Filter
from prompts.rendering.lean import LeanContext
from prompts.rendering.meter import Excess, Meter, check_length, count
from prompts.rendering.shown import shown

METER: Final = "_meter"
LONGEST_RANGE: Final = 1_000
LARGEST: Final = 2**63
# They look at the items of a list, not into them.
_SHALLOW: Final = frozenset({"count", "first", "items", "last", "length", "list", "map", "reverse"})
_UNWEIGHED: Final = frozenset({"d", "default"})
# How many items, or characters of a text, they get through for a unit, besides what they are weighed for.
_PACE: Final[Mapping[str, int]] = {
    **dict.fromkeys(("join", "map", "max", "min", "reject", "rejectattr", "select", "selectattr"), 4),
    **dict.fromkeys(("sort", "sum", "unique"), 4),
    **dict.fromkeys(("title", "wordcount"), 32),
}
# For each item they try a test, with what they are given for it.
_SIFTING: Final = ("reject", "rejectattr", "select", "selectattr")
_COMPARING: Final = frozenset({"eq", "equalto", "ge", "gt", "in", "le", "lt", "ne", "==", "!=", ">", ">=", "<", "<="})
_OF_LOOPS: Final = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})


class Sandbox(ImmutableSandboxedEnvironment):
    """Of one bundle; holds its parts. Immutable once its templates are compiled."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    context_class = LeanContext

    def __init__(self, parts: Mapping[str, str]) -> None:
        # Nothing is folded at compile time: no expression runs before it can be counted.
        super().__init__(
            undefined=StrictUndefined,
            optimized=False,
            autoescape=False,
            auto_reload=False,
            cache_size=0,
            finalize=_printed,
        )
        sifting = {name: _sifted(FILTERS[name]) for name in _SIFTING}
        ours: dict[str, Filter] = {
            "_counted": _counted,
            "_joined": _joined,
            "_paced": _paced,
            "_weighed": _weighed,
            "_weighed_top": _weighed_top,
        }
        self.filters = {**FILTERS, **sifting, **ours}
        self.tests = dict(TESTS)
        self.globals = {"range": _range}
        self.evaluation = nodes.EvalContext(self)
        self._texts = parts
        self._parts: dict[str | Template, Template] = {}
        self._codes: list[CodeType] = []

    @override
    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _Metered().visit(tree)
        return tree

    @override
    def get_template(
        self, name: str | Template, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        """A part, by the one path it has. Read at every inclusion: what Jinja's cache asks besides is settled here."""
        found = self._parts.get(name)
        if found is None:
            path = str(name)
            if path not in self._texts:
                raise TemplateNotFound(path)
            found = self._parts[name] = self.template(self._texts[path], path)
        return found

    def template(self, text: str, path: str | None = None) -> Template:
        """Of a message, or of the part at this path."""
        code = code_of(text, path, self.compile)
        self._codes.append(code)
        return Template.from_code(self, code, self.globals)

    @override
    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict:
            return obj[attribute] if attribute in obj else self._nothing(obj, attribute)
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
        if abs(result) >= LARGEST:
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
        if node.node is not None and node.name not in _UNWEIGHED:
            node.node = _through("_weighed_top" if node.name in _SHALLOW else "_weighed", node.node)
            if node.name in _PACE:
                node.node = _through("_paced", node.node, nodes.Const(_PACE[node.name]))
        return _through("_weighed_top", node)

    def visit_Test(self, node: nodes.Test) -> nodes.Node:
        self.generic_visit(node)
        if node.name in _COMPARING:
            node.node = _through("_weighed", node.node)
            node.args = [_through("_weighed", each) for each in node.args]
        return node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        self.generic_visit(node)
        node.expr = _through("_weighed", node.expr)
        for operand in node.ops:
            operand.expr = _through("_weighed", operand.expr)
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        self.generic_visit(node)
        return _through("_weighed_top", node) if isinstance(node.arg, nodes.Slice) else node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _through("_joined", nodes.List(node.nodes, lineno=node.lineno))


def _through(name: str, node: nodes.Node, *arguments: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, list(arguments), [], None, None, lineno=node.lineno)


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
def _weighed_top(context: Context, value: Any) -> Any:
    return _meter(context).weigh_top(value)


@pass_context
def _paced(context: Context, value: Any, pace: int) -> Any:
    _meter(context).spend(count(value) // pace)
    return value


@pass_context
def _printed(context: Context, value: Any) -> Any:
    """A text is counted where it is collected; a list or an object before it becomes one."""
    if type(value) is str:
        return value
    if isinstance(value, list | tuple | dict):
        _meter(context).weigh(value)
    return shown(value)


def _sifted(function: Filter) -> Filter:
    @pass_context
    def run(context: Context, value: Any, *arguments: Any, **options: Any) -> Any:
        meter = _meter(context)
        meter.spend(count(value) * meter.weight(arguments))
        return function(context, value, *arguments, **options)

    return run


@pass_context
def _joined(context: Context, values: list[Any]) -> str:
    if written := [each for each in values if isinstance(each, list | tuple | dict)]:
        _meter(context).weigh(written)
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
