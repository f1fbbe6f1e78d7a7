"""OpenAI's shapes: a whole answer, the pieces of a streamed one, an error. Pure."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any, Final

import orjson

from aiops.simulator import answering, calling, grounding, judging, lapses
from aiops.simulator.choices import ONE, Wanted, wanted
from aiops.simulator.conversation import Messages, text_of
from aiops.simulator.faults import Behaviour

# A day in 2025: with the clock in it, no two answers would be the same.
_CREATED: Final = 1_760_000_000
_LEAST_CACHED: Final = 1024
_PREFIX: Final = "chatcmpl-sim-"
_ERRORS: Final = {
    400: ("invalid_request_error", "bad_request", "The request was made to fail."),
    401: ("invalid_request_error", "invalid_api_key", "The key was made to be wrong."),
    403: ("permission_error", "forbidden", "The key was made to lack this right."),
    404: ("invalid_request_error", "model_not_found", "The model was made to be missing."),
    422: ("invalid_request_error", "unprocessable", "The request was made to be refused."),
    429: ("requests", "rate_limit_exceeded", "The rate limit was made to be reached."),
    502: ("server_error", "bad_gateway", "The server was made to be unreachable."),
    503: ("server_error", "overloaded", "The server was made to be overloaded."),
    529: ("server_error", "overloaded", "The server was made to be overloaded."),
}
_BROKEN: Final = ("server_error", "internal_error", "The server was made to fail.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the simulator says to one call, before it is put into a shape."""

    id: str
    model: str
    text: str
    prompt_tokens: int
    cached_tokens: int
    pieces: tuple[str, ...]
    # Instead of a text.
    calls: tuple[calling.ToolCall, ...] = ()
    wanted: Wanted = ONE

    @property
    def digest(self) -> str:
        return self.id.removeprefix(_PREFIX)

    @property
    def output_tokens(self) -> int:
        said = sum(map(tokens_of, self.pieces)) + sum(tokens_of(call.name + call.arguments) for call in self.calls)
        return said * self.wanted.count

    @property
    def usage(self) -> dict[str, Any]:
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.output_tokens,
            "total_tokens": self.prompt_tokens + self.output_tokens,
            "prompt_tokens_details": {"cached_tokens": self.cached_tokens, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        }


def answer_to(body: Mapping[str, Any], behaviour: Behaviour) -> Answer:
    messages = [message for message in body.get("messages") or () if isinstance(message, dict)]
    calls = calling.calls_for(messages, _tools(body), calling.chosen(body.get("tool_choice")))
    pieces = () if calls else _pieces(_text(messages, body, behaviour), behaviour.chunks)
    digest = hashlib.sha256(orjson.dumps(messages)).hexdigest()[:16]
    model = str(body.get("model", ""))
    prompt_tokens = 3 + sum(4 + tokens_of(text_of(message)) for message in messages)
    return Answer(
        id=f"{_PREFIX}{digest}",
        model=f"{model}-drifted" if behaviour.fault == "drifted_model" else model,
        text="".join(pieces),
        prompt_tokens=prompt_tokens,
        cached_tokens=cached_of(prompt_tokens, behaviour.cached),
        pieces=pieces,
        calls=calls,
        wanted=wanted(body),
    )


def whole(answer: Answer) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": answer.text, "refusal": None}
    if answer.calls:
        message |= {"content": None, "tool_calls": _tool_calls(answer)}
    logprobs = answer.wanted.logprobs(answer.pieces, answer.pieces) if answer.pieces else None
    choice = {"message": message, "logprobs": logprobs, "finish_reason": _ending(answer)}
    choices = [{"index": index, **choice} for index in range(answer.wanted.count)]
    return {**_head(answer, "chat.completion"), "choices": choices, "usage": answer.usage}


def events(answer: Answer, *, include_usage: bool) -> Iterator[bytes]:
    """The stream, one event a piece of each choice; its last two hold the usage, if asked for, and the end."""
    usage: dict[str, Any] = {"usage": None} if include_usage else {}
    head = _head(answer, "chat.completion.chunk")
    for choice in _deltas(answer):
        for index in range(answer.wanted.count):
            yield _event(head | {"choices": [{"index": index, **choice}]} | usage)
    if include_usage:
        yield _event(head | {"choices": [], "usage": answer.usage})
    yield b"data: [DONE]\n\n"


def error(status: int, message: str = "") -> dict[str, Any]:
    kind, code, text = _ERRORS.get(status, _BROKEN)
    return {"error": {"message": message or text, "type": kind, "param": None, "code": code}}


def _ending(answer: Answer) -> str:
    return "tool_calls" if answer.calls else "stop"


def _tool_calls(answer: Answer) -> list[dict[str, Any]]:
    return [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in answer.calls
    ]


def _tools(body: Mapping[str, Any]) -> list[calling.Tool]:
    functions = [tool.get("function") or {} for tool in body.get("tools") or () if isinstance(tool, dict)]
    return [calling.Tool(str(each.get("name")), each.get("parameters") or {}) for each in functions]


def overflow() -> dict[str, Any]:
    told = "This model's maximum context length is 8192 tokens. However, your messages were made to be longer."
    return {"error": {**error(400, told)["error"], "param": "messages", "code": "context_length_exceeded"}}


def tokens_of(text: str) -> int:
    """About four characters a token, and never none for some text: close enough, and always the same."""
    return (len(text) + 3) // 4


def cached_of(prompt_tokens: int, share: float) -> int:
    """Prompts of 1,024 tokens and more are cached, in steps of 128."""
    return int(prompt_tokens * min(max(share, 0.0), 1.0)) // 128 * 128 if prompt_tokens >= _LEAST_CACHED else 0


def _text(messages: Messages, body: Mapping[str, Any], behaviour: Behaviour) -> str:
    if (verdict := judging.verdict_on(messages)) is not None:
        return verdict
    slips = lapses.slips(body, messages, behaviour)
    wanted = body.get("response_format")
    if isinstance(wanted, dict) and wanted.get("type") == "json_schema":
        schema = (wanted.get("json_schema") or {}).get("schema") or {}
        return grounding.structured(messages, schema, fault=behaviour.fault, slips=slips)
    result = calling.result_in(messages)
    return answering.answer(messages, slips=slips) if result is None else result


def _pieces(text: str, chunks: int) -> tuple[str, ...]:
    words = re.findall(r"\S+\s*", text) or [text]
    return tuple(islice(cycle([*words[:-1], f"{words[-1]} "]), chunks)) if chunks else tuple(words)


def _head(answer: Answer, kind: str) -> dict[str, Any]:
    return {
        "id": answer.id,
        "object": kind,
        "created": _CREATED,
        "model": answer.model,
        "system_fingerprint": "fp_simulator",
    }


def _deltas(answer: Answer) -> Iterator[dict[str, Any]]:
    yield _delta({"role": "assistant", "content": ""})
    for piece in answer.pieces:
        yield _delta({"content": piece}) | {"logprobs": answer.wanted.logprobs([piece], answer.pieces)}
    for place, call in enumerate(_tool_calls(answer)):
        yield _delta({"tool_calls": [{"index": place, **call}]})
    yield _delta({}, _ending(answer))


def _delta(delta: Mapping[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    return {"delta": delta, "logprobs": None, "finish_reason": finish_reason}


def _event(data: Mapping[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(data) + b"\n\n"
