"""OpenAI's Responses: a whole one, and the events of a streamed one. Pure."""

import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, Final

import orjson

from aiops.simulator import calling, completions
from aiops.simulator.faults import Behaviour

_CREATED_AT: Final = 1_760_000_000.0


def whole(body: Mapping[str, Any], behaviour: Behaviour) -> dict[str, Any]:
    said = completions.answer_to(_as_asked(body), behaviour)
    return _response(body, said, "completed", _output(said))


def events(body: Mapping[str, Any], behaviour: Behaviour) -> list[bytes]:
    said = completions.answer_to(_as_asked(body), behaviour)
    return [_event({**event, "sequence_number": number}) for number, event in zip(count(), _told(body, said))]


def _as_asked(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the simulator thinks in."""
    given = body.get("input")
    items = given if isinstance(given, list) else [{"role": "user", "content": given or ""}]
    told = [{"role": "system", "content": body["instructions"]}] if body.get("instructions") else []
    wanted = (body.get("text") or {}).get("format") or {}
    tools = [tool for tool in body.get("tools") or () if tool.get("type") == "function"]
    return {
        **{name: body[name] for name in ("model", "temperature", "seed") if name in body},
        "messages": [*told, *(_message(item) for item in items if isinstance(item, dict))],
        "tools": [{"type": "function", "function": tool} for tool in tools],
        "tool_choice": body.get("tool_choice"),
        "response_format": {"type": wanted.get("type", "text"), "json_schema": wanted},
    }


def _message(item: Mapping[str, Any]) -> dict[str, Any]:
    if item.get("type") == "function_call_output":
        return {"role": "tool", "content": item.get("output")}
    if item.get("type") == "function_call":
        return {"role": "assistant", "tool_calls": [{"function": {"name": item.get("name")}}]}
    return {"role": item.get("role", "assistant"), "content": item.get("content", "")}


def _told(body: Mapping[str, Any], said: completions.Answer) -> Iterator[dict[str, Any]]:
    begun = _response(body, said, "in_progress", [])
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    output = _output(said)
    for index, item in enumerate(output):
        if item["type"] == "function_call":
            yield from _of_a_call(index, item)
        else:
            yield from _of_a_message(index, item, said)
    yield {"type": "response.completed", "response": _response(body, said, "completed", output)}


def _of_a_message(index: int, item: Mapping[str, Any], said: completions.Answer) -> Iterator[dict[str, Any]]:
    place = {"item_id": item["id"], "output_index": index, "content_index": 0}
    part = item["content"][0]
    begun = {**item, "status": "in_progress", "content": []}
    yield {"type": "response.output_item.added", "output_index": index, "item": begun}
    yield {"type": "response.content_part.added", **place, "part": {**part, "text": ""}}
    for piece in said.pieces:
        yield {"type": "response.output_text.delta", **place, "delta": piece, "logprobs": []}
    yield {"type": "response.output_text.done", **place, "text": part["text"], "logprobs": []}
    yield {"type": "response.content_part.done", **place, "part": part}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def _of_a_call(index: int, item: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    place = {"item_id": item["id"], "output_index": index}
    begun = {**item, "status": "in_progress", "arguments": ""}
    yield {"type": "response.output_item.added", "output_index": index, "item": begun}
    for piece in re.findall(r".{1,12}", item["arguments"]):
        yield {"type": "response.function_call_arguments.delta", **place, "delta": piece}
    done = {"name": item["name"], "arguments": item["arguments"]}
    yield {"type": "response.function_call_arguments.done", **place, **done}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def _output(said: completions.Answer) -> list[dict[str, Any]]:
    if said.calls:
        return [_function_call(call) for call in said.calls]
    part = {"type": "output_text", "text": said.text, "annotations": [], "logprobs": []}
    message_id = f"msg_{said.digest}"
    return [{"id": message_id, "type": "message", "role": "assistant", "status": "completed", "content": [part]}]


def _function_call(call: calling.ToolCall) -> dict[str, Any]:
    return {
        "id": call.id.replace("call_", "fc_"),
        "type": "function_call",
        "status": "completed",
        "call_id": call.id,
        "name": call.name,
        "arguments": call.arguments,
    }


def _response(
    body: Mapping[str, Any], said: completions.Answer, status: str, output: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "id": f"resp_{said.digest}",
        "object": "response",
        "created_at": _CREATED_AT,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "metadata": body.get("metadata") or {},
        "model": said.model,
        "output": output,
        "parallel_tool_calls": body.get("parallel_tool_calls", True),
        "previous_response_id": body.get("previous_response_id"),
        "store": body.get("store", True),
        "temperature": body.get("temperature", 1.0),
        "text": body.get("text") or {"format": {"type": "text"}},
        "tool_choice": body.get("tool_choice") or "auto",
        "tools": body.get("tools") or [],
        "top_p": body.get("top_p", 1.0),
        "truncation": "disabled",
        "usage": _usage(said) if status == "completed" else None,
        "user": body.get("user"),
    }


def _usage(said: completions.Answer) -> dict[str, Any]:
    return {
        "input_tokens": said.prompt_tokens,
        "input_tokens_details": {"cached_tokens": said.cached_tokens, "cache_write_tokens": 0},
        "output_tokens": said.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": said.prompt_tokens + said.output_tokens,
    }


def _event(told: Mapping[str, Any]) -> bytes:
    return b"event: " + str(told["type"]).encode() + b"\ndata: " + orjson.dumps(told) + b"\n\n"
