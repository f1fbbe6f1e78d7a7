"""Renders a prompt's bundle as the gateway of the AI Ops Console does, byte for byte. Needs Jinja2; MIT licence.

What it has not: the gateway's bounds on work and length. Content that was pushed was checked; long lists are yours.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any

from jinja2 import DictLoader, StrictUndefined, Undefined, nodes, pass_environment
from jinja2.filters import FILTERS
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "list": list,
    "object": dict,
}
NAMES = {"chain": "model", "max_output_tokens": "max_completion_tokens"}


class BadVariables(ValueError):
    """What was given does not fit the prompt."""


def given(declared: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    """The values to render with: as JSON would bring them to the gateway, and defaults for what is not given."""
    if unknown := variables.keys() - declared.keys():
        raise BadVariables(f"The prompt has no variable {', '.join(sorted(unknown))}.")
    said = {name: value for name, value in variables.items() if value is not None}
    try:
        copied = json.loads(json.dumps(said, allow_nan=False), parse_float=lambda text: float(text) + 0.0)
    except (TypeError, ValueError, RecursionError) as fault:
        raise BadVariables(f"The variables cannot be written as JSON: {fault}.") from None
    defaults = {name: each["default"] for name, each in declared.items() if "default" in each}
    values: dict[str, Any] = defaults | copied
    if missing := [name for name, each in declared.items() if each["required"] and name not in values]:
        raise BadVariables(f"Missing: {', '.join(missing)}.")
    for name, value in values.items():
        kind = declared[name]["type"]
        if not isinstance(value, KINDS[kind]) or (isinstance(value, bool) and kind != "boolean"):
            raise BadVariables(f"{name}: it must be of type {kind}.")
    return values


def settings(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """What the prompt puts into the body of a chat completion, `model` to `response_format`."""
    found = {NAMES.get(name, name): value for name, value in bundle["model"].items()}
    if schema := bundle["output"].get("schema"):
        found["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    return found


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without Python: values have items and no attributes, and are written as JSON writes them."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, parts: Mapping[str, str]) -> None:
        super().__init__(
            undefined=StrictUndefined, loader=DictLoader(parts), autoescape=False, optimized=False, finalize=shown
        )
        self.filters = {name: eager(each) for name, each in FILTERS.items()} | OURS
        self.globals = {"range": range}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        Joining().visit(tree)
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        is_of_loop = isinstance(obj, LoopContext) and not attribute.startswith("_")
        return getattr(obj, attribute) if is_of_loop else self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Undefined):
            str(obj)
        try:
            return (
                obj[argument] if isinstance(obj, dict | list | tuple | str) else self.undefined(obj=obj, name=argument)
            )
        except (TypeError, LookupError):
            return self.undefined(obj=obj, name=argument)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        are_texts = operator == "+" and isinstance(left, str) and isinstance(right, str)
        if not are_texts and {type(left), type(right)} - {int, float}:
            raise TypeError(f"{operator} takes numbers; to join texts write ~.")
        return super().call_binop(context, operator, left, right)


class Joining(NodeTransformer):
    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return nodes.Filter(nodes.List(node.nodes), "join", [], [], None, None, lineno=node.lineno)


def shown(value: Any) -> Any:
    if value is None or isinstance(value, str | Undefined):
        return "" if value is None else value
    if isinstance(value, bool | int | float | list | tuple | dict):
        return json.dumps(value, ensure_ascii=False)
    raise TypeError(f"{type(value).__name__} cannot be written into a prompt.")


def eager(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def run(*arguments: Any, **options: Any) -> Any:
        result = function(*arguments, **options)
        return list(result) if isinstance(result, Iterator) and not isinstance(result, Undefined) else result

    return run


def indented(value: str, width: int = 4, first: bool = False) -> str:
    lines = [" " * width + line if line else line for line in value.split("\n")]
    return "\n".join(lines if first else [value.split("\n", 1)[0], *lines[1:]])


def to_json(value: Any, indent: int | None = None) -> str:
    return str(value) if isinstance(value, Undefined) else json.dumps(value, ensure_ascii=False, indent=indent)


def joined(value: Iterable[Any], by: str = "") -> str:
    return by.join(str(shown(each)) for each in value)


@pass_environment
def mapped(environment: Sandbox, value: Iterable[Any], *, attribute: str) -> list[Any]:
    def inner(each: Any) -> Any:
        for step in attribute.split("."):
            each = environment.getattr(each, step)
        return each

    return [inner(each) for each in value]


OURS = {
    "indent": indented,
    "join": joined,
    "map": mapped,
    "string": lambda value: str(shown(value)),
    "sum": sum,
    "tojson": to_json,
}
