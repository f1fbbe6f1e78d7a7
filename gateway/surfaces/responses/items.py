"""The items of a Responses call as the messages of a chat completion. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from gateway.dialects.dialect import Unsupported
from gateway.json_words import said
from gateway.surfaces.responses.parts import lowered_content, refusal_of, without_refusal, words_of

_ELSEWHERE: Final = "needs a provider with /responses of its own"
_OUTPUT: Final = "the output of a tool"
# Nobody but OpenAI knows of developers; to it the two are one.
_ROLES: Final = {"developer": "system"}


def lowered_input(given: object) -> list[dict[str, Any]]:
    if given is None:
        return []
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    if not isinstance(given, list):
        raise Unsupported("an input that is neither a text nor a list of items")
    return lowered_items(given)


def lowered_items(items: Iterable[object]) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    for item in items:
        if not isinstance(item, dict):
            raise Unsupported("an item of the input that is no object")
        _add(messages, item)
    return messages


def _add(messages: list[dict[str, Any]], item: Mapping[str, Any]) -> None:
    match item.get("type") or _untyped(item):
        case "message":
            _add_message(messages, item)
        case "function_call":
            function = {"name": item.get("name", ""), "arguments": item.get("arguments") or ""}
            _add_call(messages, {"id": item.get("call_id", ""), "type": "function", "function": function})
        case "custom_tool_call":
            custom = {"name": item.get("name", ""), "input": item.get("input") or ""}
            _add_call(messages, {"id": item.get("call_id", ""), "type": "custom", "custom": custom})
        case "function_call_output" | "custom_tool_call_output":
            output = words_of(item.get("output"), _OUTPUT)
            messages.append({"role": "tool", "tool_call_id": item.get("call_id") or "", "content": output})
        case "reasoning":
            # What a model thought is no part of a conversation for another one.
            pass
        case "item_reference":
            raise Unsupported(f"item_reference {_ELSEWHERE}; send the item itself, as with store: false")
        case kind:
            raise Unsupported(f"an item of type {said(kind)} {_ELSEWHERE}")


def _untyped(item: Mapping[str, Any]) -> str:
    return "message" if "role" in item else "item_reference"


def _add_message(messages: list[dict[str, Any]], item: Mapping[str, Any]) -> None:
    role = str(item.get("role") or "user")
    if role != "assistant":
        messages.append({"role": _ROLES.get(role, role), "content": lowered_content(item.get("content"))})
        return
    content = item.get("content")
    refusal, text = refusal_of(content), words_of(without_refusal(content), "a message of the assistant")
    turn = messages[-1] if messages and messages[-1].get("tool_calls") else None
    if turn is not None:
        # Nothing may stand between calls and their outputs.
        turn["content"] = "\n\n".join(filter(None, (turn["content"], text or refusal))) or None
    elif refusal:
        messages.append({"role": "assistant", "content": text or None, "refusal": refusal})
    else:
        messages.append({"role": "assistant", "content": text})


def _add_call(messages: list[dict[str, Any]], call: Mapping[str, Any]) -> None:
    """To the turn of the assistant that it belongs to: calls side by side are one message's."""
    if not messages or messages[-1]["role"] != "assistant":
        messages.append({"role": "assistant", "content": None})
    messages[-1]["content"] = messages[-1]["content"] or None
    messages[-1].setdefault("tool_calls", []).append(call)
