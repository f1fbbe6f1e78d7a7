"""A message as a chat completion. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from gateway.dialects.anthropic.toolbox import told_name
from gateway.dialects.anthropic.usage import usage_in_chat

_REASONS: Final = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    # Not at its end, though nothing of ours made it pause.
    "pause_turn": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}
_DECLINED: Final = "The model declined to answer."


def completion_of(message: Mapping[str, Any], *, created: int) -> dict[str, Any] | None:
    """None: it is no message."""
    content = message.get("content")
    if message.get("type") != "message" or not isinstance(content, list):
        return None
    blocks = [block for block in content if isinstance(block, dict)]
    said = _said(blocks) | {"refusal": refusal_of(message)}
    choice = {"index": 0, "message": said, "logprobs": None, "finish_reason": reason_of(message, said)}
    usage = usage_in_chat(message.get("usage"))
    return {
        "id": str(message.get("id") or ""),
        "object": "chat.completion",
        "created": created,
        "model": str(message.get("model") or ""),
        "choices": [choice],
        **({"usage": usage} if usage else {}),
    }


def reason_of(ending: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    """Why it ended, in OpenAI's words; `said`: what tells whether tools were called as functions."""
    reason = _REASONS.get(str(ending.get("stop_reason")), "stop")
    return "function_call" if reason == "tool_calls" and said.get("function_call") else reason


def refusal_of(ending: Mapping[str, Any]) -> str | None:
    if ending.get("stop_reason") != "refusal":
        return None
    details = ending.get("stop_details")
    return str((details.get("explanation") if isinstance(details, dict) else None) or _DECLINED)


def _said(blocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    texts = [str(block.get("text", "")) for block in blocks if block.get("type") == "text"]
    thoughts = "".join(str(block.get("thinking", "")) for block in blocks if block.get("type") == "thinking")
    calls = [block for block in blocks if block.get("type") == "tool_use"]
    content = "".join(texts) if texts or not calls else None
    return {
        "role": "assistant",
        "content": content,
        **({"reasoning_content": thoughts} if thoughts else {}),
        **(_called(calls) if calls else {}),
    }


def _called(calls: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    functions = []
    for call in calls:
        name, is_function = told_name(str(call.get("name", "")))
        function = {"name": name, "arguments": orjson.dumps(call.get("input") or {}).decode()}
        if is_function:
            return {"function_call": function}
        functions.append({"id": str(call.get("id", "")), "type": "function", "function": function})
    return {"tool_calls": functions}
