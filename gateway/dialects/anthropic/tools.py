"""Which tools a call declares, and how the model may use them. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from gateway.dialects.anthropic.parts import Block, hint_of, listed
from gateway.dialects.anthropic.schemas import narrowed
from gateway.dialects.anthropic.toolbox import OF_FUNCTION
from gateway.dialects.anthropic.traits import Traits
from gateway.dialects.dialect import Unsupported
from gateway.json_words import said

_NO_PARAMETERS: Final = {"type": "object", "properties": {}}


class Tools(NamedTuple):
    declared: list[dict[str, Any]]
    # As the API wants it; None: as it is without.
    choice: dict[str, Any] | None = None

    @property
    def is_forced(self) -> bool:
        return self.choice is not None and self.choice["type"] in ("any", "tool")


def tools_of(body: Mapping[str, Any], traits: Traits, used: Sequence[Block]) -> Tools:
    """`used`: the calls of tools in the conversation, which must be declared even where none may be called any more."""
    declared = [_tool(each, traits) for each in listed(body, "tools")]
    functions = [_function(each, traits, prefix=OF_FUNCTION) for each in listed(body, "functions")]
    if not declared and not functions:
        names = dict.fromkeys(block["name"] for block in used)
        return Tools(
            [{"name": name, "input_schema": _NO_PARAMETERS} for name in names], {"type": "none"} if names else None
        )
    allowed, choice = _choice(body, has_functions=not declared)
    if allowed is not None:
        declared = [tool for tool in declared if tool["name"] in allowed]
    one_at_a_time = body.get("parallel_tool_calls") is False or not declared
    if one_at_a_time and choice != {"type": "none"}:
        choice = {**(choice or {"type": "auto"}), "disable_parallel_tool_use": True}
    tools = Tools([*declared, *functions], choice)
    if tools.is_forced and not traits.forces_tools:
        raise Unsupported("tool_choice that forces a tool: this model decides itself")
    return tools


def _tool(tool: object, traits: Traits) -> dict[str, Any]:
    kind = tool.get("type") if isinstance(tool, dict) else None
    if not isinstance(tool, dict) or kind != "function":
        raise Unsupported(f"tools of type {said(kind)}")
    return {**_function(tool.get("function"), traits), **hint_of(tool)}


def _function(function: object, traits: Traits, prefix: str = "") -> dict[str, Any]:
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise Unsupported("a function without a name")
    described = {"description": function["description"]} if function.get("description") else {}
    return {"name": prefix + function["name"], **described, **_parameters(function, traits), **hint_of(function)}


def _parameters(function: Mapping[str, Any], traits: Traits) -> dict[str, Any]:
    given = function.get("parameters")
    schema = {**_NO_PARAMETERS, **given} if isinstance(given, dict) else _NO_PARAMETERS
    strict = narrowed(schema) if function.get("strict") is True and traits.has_schemas else None
    return {"input_schema": schema} if strict is None else {"input_schema": strict, "strict": True}


def _choice(body: Mapping[str, Any], *, has_functions: bool) -> tuple[set[str] | None, dict[str, Any] | None]:
    """The names it is bound to, if to some only; and the choice itself."""
    wanted = body.get("function_call" if has_functions else "tool_choice")
    if has_functions and isinstance(wanted, dict):
        return None, {"type": "tool", "name": OF_FUNCTION + str(wanted.get("name"))}
    match wanted:
        case None | "auto":
            return None, None
        case "none":
            return None, {"type": "none"}
        case "required":
            return None, {"type": "any"}
        case {"type": "function", "function": {"name": str(name)}}:
            return None, {"type": "tool", "name": name}
        case {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": list(tools)}}:
            return {_name(tool) for tool in tools}, {"type": "any"} if mode == "required" else None
        case _:
            raise Unsupported("this tool_choice")


def _name(tool: object) -> str:
    match tool:
        case {"type": "function", "function": {"name": str(name)}}:
            return name
        case _:
            raise Unsupported("this tool_choice")
