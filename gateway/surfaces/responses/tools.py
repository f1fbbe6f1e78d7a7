"""The tools of a Responses call as those of a chat completion. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.dialects.dialect import Unsupported

_ELSEWHERE: Final = "needs a provider with /responses of its own"
_OF_A_FUNCTION: Final = ("name", "description", "parameters", "strict")


def lowered_tools(body: Mapping[str, Any]) -> dict[str, Any]:
    """With what is said about their choice: providers refuse that where there are none."""
    tools = body.get("tools")
    choice = body.get("tool_choice")
    if not tools:
        return {"tool_choice": _choice(choice)} if choice not in (None, "auto", "none") else {}
    if not isinstance(tools, list):
        raise Unsupported("tools that are no list")
    lowered: dict[str, Any] = {"tools": [_tool(tool) for tool in tools]}
    if choice is not None:
        lowered["tool_choice"] = _choice(choice)
    if body.get("parallel_tool_calls") is not None:
        lowered["parallel_tool_calls"] = body["parallel_tool_calls"]
    return lowered


def _tool(tool: object) -> dict[str, Any]:
    kind = tool.get("type") if isinstance(tool, dict) else None
    if kind == "function" and isinstance(tool, dict):
        return {"type": "function", "function": _given(tool, _OF_A_FUNCTION)}
    if kind == "custom" and isinstance(tool, dict):
        custom = _given(tool, ("name", "description"))
        if tool.get("format") is not None:
            custom["format"] = _format(tool["format"])
        return {"type": "custom", "custom": custom}
    raise Unsupported(f"the tool {kind} {_ELSEWHERE}; chat completions know tools of type function and custom")


def _given(tool: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: tool[name] for name in names if tool.get(name) is not None}


def _format(format_: object) -> object:
    if isinstance(format_, dict) and format_.get("type") == "grammar":
        return {"type": "grammar", "grammar": _given(format_, ("definition", "syntax"))}
    return format_


def _choice(choice: object) -> object:
    if not isinstance(choice, dict):
        return choice
    match choice.get("type"):
        case "function" | "custom":
            return _named(choice)
        case "allowed_tools":
            tools = choice.get("tools")
            named = [_named(tool) for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []
            return {"type": "allowed_tools", "allowed_tools": {"mode": choice.get("mode", "auto"), "tools": named}}
        case kind:
            raise Unsupported(f"tool_choice {kind} {_ELSEWHERE}")


def _named(choice: Mapping[str, Any]) -> dict[str, Any]:
    kind = choice.get("type")
    if kind not in ("function", "custom"):
        raise Unsupported(f"tool_choice {kind} {_ELSEWHERE}")
    return {"type": kind, kind: {"name": choice.get("name", "")}}
