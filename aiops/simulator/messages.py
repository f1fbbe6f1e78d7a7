"""Anthropic's shapes of what the simulator says: a message, the events of a streamed one, an error. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Final

import orjson

from aiops.simulator import grounding
from aiops.simulator.completions import Answer, answer_to, cached_of, tokens_of
from aiops.simulator.conversation import question_of
from aiops.simulator.faults import Behaviour

_ERRORS: Final = {
    400: ("invalid_request_error", "The request was made to fail."),
    401: ("authentication_error", "The key was made to be wrong."),
    403: ("permission_error", "The key was made to lack this right."),
    404: ("not_found_error", "The model was made to be missing."),
    422: ("invalid_request_error", "The request was made to be refused."),
    429: ("rate_limit_error", "The rate limit was made to be reached."),
    529: ("overloaded_error", "Overloaded"),
}
_BROKEN: Final = ("api_error", "The server was made to fail.")
# Arguments come in pieces of so many characters.
_PIECE: Final = 7


@dataclass(frozen=True, slots=True)
class Message:
    answer: Answer
    # Tools that it calls: id, name, input.
    calls: tuple[tuple[str, str, dict[str, Any]], ...]
    thought: str
    stop_reason: str
    written: int
    is_kept: bool

    @property
    def usage(self) -> dict[str, Any]:
        """What was read from the cache, and written to it, is not in `input_tokens`."""
        read = self.answer.cached_tokens if self.is_kept else 0
        thoughts = tokens_of(self.thought)
        said = sum(map(tokens_of, self.answer.pieces)) + sum(tokens_of(_json(call[2])) for call in self.calls)
        return {
            "input_tokens": self.answer.prompt_tokens - read - self.written,
            "cache_creation_input_tokens": self.written,
            "cache_read_input_tokens": read,
            "cache_creation": {"ephemeral_5m_input_tokens": self.written, "ephemeral_1h_input_tokens": 0},
            "output_tokens": said + thoughts,
            "output_tokens_details": {"thinking_tokens": thoughts},
            "service_tier": "standard",
        }

    def blocks(self) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """Each block as it is when it begins, and what is added to it."""
        if self.thought:
            yield (
                {"type": "thinking", "thinking": "", "signature": ""},
                [
                    {"type": "thinking_delta", "thinking": self.thought},
                    {"type": "signature_delta", "signature": "c2ln"},
                ],
            )
        if self.answer.pieces:
            yield {"type": "text", "text": ""}, [{"type": "text_delta", "text": piece} for piece in self.answer.pieces]
        for call_id, name, given in self.calls:
            text = _json(given)
            pieces = ["", *(text[start : start + _PIECE] for start in range(0, len(text), _PIECE))]
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
            yield {"type": "tool_use", "id": call_id, "name": name, "input": {}}, deltas


def message_to(asked: Mapping[str, Any], behaviour: Behaviour) -> Message:
    body = _as_chat(asked)
    full = answer_to(body, behaviour)
    calls = _calls(asked, body["messages"], full.text)
    pieces = () if calls else _bounded(full.pieces, int(asked["max_tokens"]))
    is_kept = b'"cache_control"' in orjson.dumps(asked)
    kind = (asked.get("thinking") or {}).get("type")
    return Message(
        answer=replace(full, id=full.id.replace("chatcmpl-sim-", "msg_sim"), pieces=pieces, text="".join(pieces)),
        calls=calls,
        thought="The user asks something." if kind in ("enabled", "adaptive") else "",
        stop_reason="tool_use" if calls else "max_tokens" if len(pieces) < len(full.pieces) else "end_turn",
        written=cached_of(full.prompt_tokens, 1.0) if is_kept and not full.cached_tokens else 0,
        is_kept=is_kept,
    )


def whole(message: Message) -> dict[str, Any]:
    content = [_filled(block, deltas) for block, deltas in message.blocks()]
    return {**_head(message), "content": content, "stop_reason": message.stop_reason, "usage": message.usage}


def events(message: Message) -> Iterator[bytes]:
    """One event a piece, each with its name; the usage of the output comes last."""
    begun = {**message.usage, "output_tokens": 1}
    yield _event("message_start", message={**_head(message), "content": [], "stop_reason": None, "usage": begun})
    yield _event("ping")
    for place, (block, deltas) in enumerate(message.blocks()):
        yield _event("content_block_start", index=place, content_block=block)
        for delta in deltas:
            yield _event("content_block_delta", index=place, delta=delta)
        yield _event("content_block_stop", index=place)
    ending = {"stop_reason": message.stop_reason, "stop_sequence": None}
    yield _event("message_delta", delta=ending, usage={"output_tokens": message.usage["output_tokens"]})
    yield _event("message_stop")


def error(status: int, text: str = "") -> dict[str, Any]:
    kind, usual = _ERRORS.get(status, _BROKEN)
    return {"type": "error", "error": {"type": kind, "message": text or usual}, "request_id": "req_sim"}


def error_event() -> bytes:
    return _event("error", error=error(529)["error"])


def _as_chat(asked: Mapping[str, Any]) -> dict[str, Any]:
    """As the rest of the simulator reads a call."""
    system = asked.get("system") or []
    told = [{"role": "system", "content": _text(system)}] if system else []
    said = [{"role": turn["role"], "content": _text(turn["content"])} for turn in asked["messages"]]
    shape = (asked.get("output_config") or {}).get("format")
    wanted = {"response_format": {"type": "json_schema", "json_schema": shape}} if shape else {}
    return {"model": asked["model"], "messages": [*told, *said], **wanted}


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(block.get("text") or _text(block.get("content") or []) for block in content)


def _bounded(pieces: tuple[str, ...], most: int) -> tuple[str, ...]:
    """No longer than allowed."""
    spent = accumulate(map(tokens_of, pieces))
    return tuple(piece for piece, tokens in zip(pieces, spent, strict=True) if tokens <= most)


def _calls(
    asked: Mapping[str, Any], messages: list[dict[str, Any]], text: str
) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """The tools that it must call, or whose name the user says; with their results it answers."""
    tools, choice = asked.get("tools") or [], asked.get("tool_choice") or {}
    question, kind = question_of(messages), choice.get("type", "auto")
    has_results = any(
        block.get("type") == "tool_result" for block in asked["messages"][-1]["content"] if isinstance(block, dict)
    )
    if kind == "none" or (has_results and kind == "auto"):
        return ()
    named = [tool for tool in tools if tool["name"] == choice.get("name") or tool["name"] in question]
    wanted = named or (tools[:1] if kind == "any" else [])
    if choice.get("disable_parallel_tool_use"):
        wanted = wanted[:1]
    return tuple(
        (f"toolu_sim{place}", tool["name"], grounding.instance(tool["input_schema"], question, text) or {})
        for place, tool in enumerate(wanted)
    )


def _head(message: Message) -> dict[str, Any]:
    told = {"id": message.answer.id, "type": "message", "role": "assistant", "model": message.answer.model}
    return {**told, "stop_sequence": None}


def _filled(block: dict[str, Any], deltas: list[dict[str, Any]]) -> dict[str, Any]:
    if block["type"] == "tool_use":
        return {**block, "input": orjson.loads("".join(delta["partial_json"] for delta in deltas))}
    added: dict[str, str] = {}
    for delta in deltas:
        for name in ("text", "thinking", "signature"):
            added[name] = added.get(name, "") + delta.get(name, "")
    return {name: added.get(name, value) if name != "type" else value for name, value in block.items()}


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _event(kind: str, **data: Any) -> bytes:
    return f"event: {kind}\ndata: ".encode() + orjson.dumps({"type": kind, **data}) + b"\n\n"
