"""Hints of what to keep in Anthropic's cache: tools, system, and a long conversation but for its last words. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from gateway.dialects.anthropic.parts import EPHEMERAL

# About 1,024 tokens: less is kept by few models, and never pays.
LEAST_BYTES: Final = 4_096
# A result of a tool, in a turn, in the request, and the lists around them.
_DEEPEST: Final = 8
_HINT: Final = {"cache_control": EPHEMERAL}


def hinted(request: Mapping[str, Any]) -> dict[str, Any]:
    """The same request, with three hints at most; untouched where the caller has set one."""
    if has_hint(request):
        return dict(request)
    tools, system, turns = request.get("tools", []), request.get("system", []), request["messages"]
    after_tools = _size(tools)
    after_system = after_tools + _size(system)
    marked = dict(request)
    if tools and after_tools >= LEAST_BYTES:
        marked["tools"] = _at(tools, -1, tools[-1] | _HINT)
    if system and after_system >= LEAST_BYTES:
        marked["system"] = _at(system, -1, system[-1] | _HINT)
    place = _last_but_one(turns)
    if place is not None and after_system + _size(turns[: place + 1]) >= LEAST_BYTES:
        content = turns[place]["content"]
        marked["messages"] = _at(turns, place, turns[place] | {"content": _at(content, -1, content[-1] | _HINT)})
    return marked


def has_hint(value: object, deepest: int = _DEEPEST) -> bool:
    """Among what can carry one: the request, its tools, its blocks and what they hold."""
    if not deepest:
        return False
    if isinstance(value, dict):
        return "cache_control" in value or any(
            has_hint(value[name], deepest - 1) for name in ("tools", "system", "messages", "content") if name in value
        )
    return isinstance(value, list) and any(has_hint(each, deepest - 1) for each in value)


def _last_but_one(turns: Sequence[Mapping[str, Any]]) -> int | None:
    """Up to the user's words before the last, the next call will be the same."""
    said = [place for place, turn in enumerate(turns) if turn["role"] == "user"]
    return said[-2] if len(said) > 1 else None


def _size(value: object) -> int:
    return len(orjson.dumps(value)) if value else 0


def _at[T](items: Sequence[T], place: int, item: T) -> list[T]:
    changed = list(items)
    changed[place] = item
    return changed
