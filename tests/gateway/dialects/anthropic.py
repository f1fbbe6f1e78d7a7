"""What a provider with Anthropic's API is asked and says, without one."""

from typing import Any, Final

import orjson

from gateway.config import Api, Model
from gateway.dialects.anthropic.dialect import AnthropicDialect
from gateway.dialects.anthropic.stream import MessageTranscript
from gateway.sse import Framer
from tests.gateway.factories import make_provider

DIALECT: Final = AnthropicDialect(lambda user: f"hidden:{len(user)}", now=lambda: 1_800_000_000.5)
NEWEST: Final = "claude-sonnet-5-5"
HELLO: Final[list[Any]] = [{"role": "user", "content": "Hello"}]
USAGE: Final[dict[str, Any]] = {"input_tokens": 12, "output_tokens": 5}
WEATHER: Final[dict[str, Any]] = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Of a city, now.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
CLOCK: Final = {"type": "function", "function": {"name": "clock"}}


def ask(model: str = NEWEST, *, messages: Any = HELLO, is_relayed: bool = False, **body: Any) -> dict[str, Any]:
    provider = make_provider("anthropic", api=Api.ANTHROPIC)
    asked = {"model": "default", "messages": messages, **body}
    return DIALECT.request(asked, Model("claude", model, provider), is_relayed=is_relayed)


def talk(*messages: Any, model: str = NEWEST, **body: Any) -> list[dict[str, Any]]:
    """The turns of this conversation."""
    turns: list[dict[str, Any]] = ask(model, messages=list(messages), **body)["messages"]
    return turns


def user(content: Any, **more: Any) -> dict[str, Any]:
    return {"role": "user", "content": content, **more}


def assistant(content: Any = None, **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content, **more}


def call(call_id: str, name: str = "weather", arguments: str = '{"city":"Bern"}') -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def result(call_id: str, content: Any = "Rain", **more: Any) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": content, **more}


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def use(call_id: str = "toolu_1", name: str = "weather", **given: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": call_id, "name": name, "input": given}


def message(*content: Any, stop_reason: str = "end_turn", **more: Any) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": NEWEST,
        "content": list(content),
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": USAGE,
        **more,
    }


def completion(*content: Any, **more: Any) -> dict[str, Any]:
    """What the caller gets for a message that holds this."""
    said = message(*content, **more)
    answer = DIALECT.answer(orjson.dumps(said), said)
    assert answer is not None
    whole: dict[str, Any] = orjson.loads(answer.data)
    assert whole == answer.message
    return whole


def event(kind: str, **data: Any) -> bytes:
    return f"event: {kind}\ndata: ".encode() + orjson.dumps({"type": kind, **data}) + b"\n\n"


def start(**usage: Any) -> bytes:
    return event("message_start", message=message(stop_reason="", usage={**USAGE, "output_tokens": 1, **usage}))


def begin(place: int, block: dict[str, Any]) -> bytes:
    return event("content_block_start", index=place, content_block=block)


def add(place: int, **delta: Any) -> bytes:
    return event("content_block_delta", index=place, delta=delta)


def close(place: int) -> bytes:
    return event("content_block_stop", index=place)


def words(place: int, *pieces: str) -> bytes:
    """A block of text."""
    added = [add(place, type="text_delta", text=piece) for piece in pieces]
    return b"".join([begin(place, text("")), *added, close(place)])


def calling(place: int, *pieces: str, call_id: str = "toolu_1", name: str = "weather") -> bytes:
    """A call of a tool, whose arguments come in pieces."""
    added = [add(place, type="input_json_delta", partial_json=piece) for piece in pieces]
    return b"".join([begin(place, use(call_id, name)), *added, close(place)])


def end(stop_reason: str = "end_turn", *, output_tokens: int = 5, **more: Any) -> bytes:
    return event(
        "message_delta", delta={"stop_reason": stop_reason, **more}, usage={"output_tokens": output_tokens}
    ) + event("message_stop")


def read(*chunks: bytes, wants_usage: bool = True) -> tuple[list[dict[str, Any]], MessageTranscript]:
    """The caller's chunks, and what is known of the stream."""
    framer, transcript = Framer(), DIALECT.transcript(wants_usage=wants_usage)
    out = b"".join([*(transcript.read(framer.feed(chunk)) for chunk in chunks), transcript.read(framer.flush())])
    events = [each for each in out.split(b"\n\n") if each.startswith(b"data: ")]
    return [orjson.loads(each.removeprefix(b"data: ")) for each in events], transcript
