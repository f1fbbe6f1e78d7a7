"""Values of assertions are templates over the case's variables: the part of Nunjucks that suites use, in a sandbox.

What it may make is bounded here, what it may take is not: `filling` has it done in the process beside.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, override

from jinja2 import ChainableUndefined, Template, TemplateError, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

from evals.scoring.checks import CannotTell
from evals.scoring.printing import printed

LONGEST: Final = 1_000_000
OPENINGS: Final = ("{{", "{%", "{#")
_CLOSINGS: Final = {"{{": "}", "{%": "%", "{#": "#"}
_FILTERS: Final = (
    "abs capitalize default d escape e first float int last length list lower max min reject reverse round "
    "safe select sort string striptags sum title trim truncate unique upper urlencode wordcount"
)
_OF_LOOPS: Final = frozenset({"first", "index", "index0", "last", "length", "revindex", "revindex0"})
# Loops in loops and things that call themselves run for ever; no value needs them.
_REFUSED: Final = (
    *(nodes.Macro, nodes.CallBlock, nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends),
    *(nodes.AssignBlock, nodes.Concat),
)


class _Environment(SandboxedEnvironment):
    """No methods, no functions, no arithmetic on texts: a template cannot grow."""

    intercepted_binops = frozenset({"+", "*", "**", "%", "//"})

    @override
    def is_safe_callable(self, obj: Any) -> bool:
        return False

    @override
    def getattr(self, obj: Any, attribute: str) -> Any:
        if attribute == "length" and isinstance(obj, str | list):
            return len(obj)
        if isinstance(obj, LoopContext) and attribute in _OF_LOOPS:
            return getattr(obj, attribute)
        return obj.get(attribute, self.undefined(name=attribute)) if isinstance(obj, Mapping) else self.undefined()

    @override
    def getitem(self, obj: Any, argument: Any) -> Any:
        try:
            return obj[argument]
        except (LookupError, TypeError):
            return self.undefined()

    @override
    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return _fitting(len(left) + len(right)) and left + right
        if operator == "**" or not all(isinstance(each, int | float) and abs(each) < 1e9 for each in (left, right)):
            raise TemplateError(f"{operator} is for numbers below a billion.")
        return super().call_binop(context, operator, left, right)


def _environment() -> _Environment:
    made = _Environment(
        autoescape=False, keep_trailing_newline=True, undefined=ChainableUndefined, finalize=printed, cache_size=2_000
    )
    made.filters = {name: made.filters[name] for name in _FILTERS.split()}
    made.filters |= {"dump": _dumped, "join": _joined, "replace": _replaced}
    made.globals = {}
    return made


def _fitting(size: int) -> bool:
    """Always true, or raises."""
    if size > LONGEST:
        raise TemplateError(f"it makes more than {LONGEST:,} characters.")
    return True


def _joined(values: Any, separator: Any = "") -> str:
    texts = [printed(each) for each in values]
    _fitting(sum(map(len, texts)) + len(texts) * len(str(separator)))
    return str(separator).join(texts)


def _replaced(value: Any, old: Any, new: Any) -> str:
    within, sought, put = printed(value), printed(old), printed(new)
    _fitting(len(within) + within.count(sought) * len(put))
    return within.replace(sought, put)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_ENVIRONMENT: Final = _environment()


def rendered(value: Any, variables: Mapping[str, Any]) -> Any:
    """Texts, also those of a list, with the variables put in; an object stays as it is. Raises CannotTell."""
    if isinstance(value, str):
        return text(value, variables)
    if isinstance(value, list | tuple):
        return [text(each, variables) if isinstance(each, str) else each for each in value]
    return value


def text(template: str, variables: Mapping[str, Any]) -> str:
    """Unknown variables print nothing. Raises CannotTell when the template is broken or too much."""
    if not any(opening in template for opening in OPENINGS):
        return template
    try:
        return "".join(_bounded(_compiled(template).generate(variables)))
    except RecursionError as fault:
        raise CannotTell("the template is nested too deeply.") from fault
    except Exception as fault:
        raise CannotTell(f"the template is broken: {fault}") from fault


def settled(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables with the templates in them rendered; broken ones stay."""
    found = dict(variables)
    for name, each in found.items():
        if isinstance(each, str) and _is_closed(each):
            found[name] = _or_itself(each, found)
    return found


@lru_cache(maxsize=2_000)
def _compiled(template: str) -> Template:
    tree = _ENVIRONMENT.parse(template)
    if any(True for _ in tree.find_all(_REFUSED)) or any(map(_has_loop, tree.find_all(nodes.For))):
        raise TemplateError("only simple loops, conditions and filters are allowed.")
    return _ENVIRONMENT.from_string(template)


def _has_loop(loop: nodes.For) -> bool:
    return any(True for child in loop.iter_child_nodes() for _ in child.find_all(nodes.For)) or any(
        isinstance(child, nodes.For) for child in loop.iter_child_nodes()
    )


def _bounded(pieces: Iterable[str]) -> Iterator[str]:
    size = 0
    for piece in pieces:
        size += len(piece)
        _fitting(size)
        yield piece


def _is_closed(template: str) -> bool:
    """A tag that does not end on its line is text: variables often hold such."""
    for line in template.split("\n"):
        for opening, closing in _CLOSINGS.items():
            _, found, rest = line.rpartition(opening)
            if found and closing not in rest:
                return False
    return True


def _or_itself(template: str, variables: Mapping[str, Any]) -> str:
    try:
        return text(template, variables)
    except CannotTell:
        return template
