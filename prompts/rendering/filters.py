"""The filters and tests a prompt may use. None makes a text longer than a rendering may have."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, Final

from jinja2 import Environment, Undefined, pass_environment
from jinja2.filters import FILTERS as _JINJA
from jinja2.tests import TESTS as _JINJA_TESTS

from prompts.rendering.meter import check_length
from prompts.rendering.shown import as_json, shown

type Filter = Callable[..., Any]

_OF_JINJA: Final[Mapping[str, Any]] = _JINJA
_TESTS_OF_JINJA: Final[Mapping[str, Any]] = _JINJA_TESTS

_WIDEST: Final = 40
_ROUNDEST: Final = 15
_AS_IN_JINJA: Final = (
    *("capitalize", "lower", "title", "trim", "truncate", "upper", "wordcount"),
    *("abs", "float", "int", "max", "min"),
    *("count", "dictsort", "first", "items", "last", "length", "reverse", "sort", "unique"),
    *("reject", "rejectattr", "select", "selectattr"),
    *("d", "default"),
)
_TESTS: Final = (
    *("boolean", "false", "float", "integer", "mapping", "none", "number", "sequence", "string", "true"),
    *("defined", "divisibleby", "even", "odd", "undefined"),
    *("eq", "equalto", "ge", "gt", "in", "le", "lt", "ne", "==", "!=", ">", ">=", "<", "<="),
)


def _join(value: Iterable[Any], by: str = "") -> str:
    texts = [str(shown(each)) for each in value]
    check_length(sum(map(len, texts)) + len(by) * len(texts))
    return by.join(texts)


def _replace(value: str, old: str, new: str, count: int = -1) -> str:
    if not old:
        raise ValueError("replace needs a text to look for.")
    check_length(len(value) + value.count(old) * len(new))
    return value.replace(old, new, count)


def _indent(value: str, width: int = 4, first: bool = False) -> str:
    if not 0 <= width <= _WIDEST:
        raise ValueError(f"indent takes 0 to {_WIDEST}.")
    check_length(len(value) + width * (value.count("\n") + 1))
    space = " " * width
    lines = [space + line if line else line for line in value.split("\n")]
    return "\n".join(lines) if first else "\n".join([value.split("\n", 1)[0], *lines[1:]])


def _round(value: float, precision: int = 0) -> float:
    if abs(precision) > _ROUNDEST:
        raise ValueError(f"round takes at most {_ROUNDEST} digits.")
    return round(value, precision)


def _sum(value: Iterable[float]) -> float:
    numbers = list(value)
    if any(type(each) not in (int, float) for each in numbers):
        raise TypeError("sum takes numbers.")
    return sum(numbers)


def _string(value: Any) -> str:
    return str(shown(value))


def _tojson(value: Any, indent: int | None = None) -> str:
    if isinstance(value, Undefined):
        str(value)
    if indent is not None and not 0 <= indent <= _WIDEST:
        raise ValueError(f"tojson takes an indent of 0 to {_WIDEST}.")
    text = as_json(value, indent)
    check_length(len(text))
    return text


def _list(value: Iterable[Any]) -> list[Any]:
    if isinstance(value, str):
        raise TypeError("list takes a list, not a text.")
    return list(value)


@pass_environment
def _map(environment: Environment, value: Iterable[Any], *, attribute: str) -> list[Any]:
    path = attribute.split(".")
    return [_inner(environment, each, path) for each in value]


def _inner(environment: Environment, value: Any, path: Iterable[str]) -> Any:
    for step in path:
        value = environment.getattr(value, step)
    return value


def _listed(function: Filter) -> Filter:
    """Of a filter that would give its items one by one: nothing half-done is kept or printed."""

    # What Jinja wants to be given is an attribute of the function, and goes along.
    @wraps(function)
    def run(*arguments: Any, **options: Any) -> Any:
        result = function(*arguments, **options)
        return result if isinstance(result, str | Undefined | list) or not _is_lazy(result) else list(result)

    return run


def _is_lazy(value: object) -> bool:
    return hasattr(value, "__next__")


_OURS: Final[Mapping[str, Filter]] = {
    "indent": _indent,
    "join": _join,
    "list": _list,
    "map": _map,
    "replace": _replace,
    "round": _round,
    "string": _string,
    "sum": _sum,
    "tojson": _tojson,
}
FILTERS: Final[Mapping[str, Filter]] = {**{name: _listed(_OF_JINJA[name]) for name in _AS_IN_JINJA}, **_OURS}
TESTS: Final[Mapping[str, Filter]] = {name: _TESTS_OF_JINJA[name] for name in _TESTS}
