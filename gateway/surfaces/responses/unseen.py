"""What a provider reads or does for a call beyond what is in its body: nobody here can tell what that costs. Pure."""

from collections.abc import Mapping
from typing import Any, Final

_KEPT_THERE: Final = ("previous_response_id", "conversation")
_OWN_TOOLS: Final = frozenset({"function", "custom"})


def unseen(body: Mapping[str, Any]) -> str:
    """The name of the field, or nothing."""
    prompt, items, tools = body.get("prompt"), body.get("input"), body.get("tools")
    if isinstance(prompt, dict) and "id" in prompt:
        return "prompt.id"
    if any(_is_reference(item) for item in _list(items)):
        return "item_reference"
    if strange := [tool for tool in _list(tools) if _kind(tool) not in _OWN_TOOLS]:
        return f"the tool {_kind(strange[0])}"
    return next((name for name in _KEPT_THERE if body.get(name)), "")


def _is_reference(item: object) -> bool:
    return isinstance(item, dict) and (item.get("type") == "item_reference" or item.keys() == {"id"})


def _kind(tool: object) -> object:
    return tool.get("type") if isinstance(tool, dict) else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
