"""Chunks of a chat completion: passed on as they came, counted by their words alone, and refused when no client could
read them."""

from typing import Any

import orjson
import pytest

from gateway.dialects.chat_stream import ChatTranscript
from gateway.sse import Malformed

ERROR = b'data: {"error":{"message":"overloaded"}}\n\n'


def chunk(**delta: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}
    told = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "usage": None}
    return b"data: " + orjson.dumps({**told, "choices": [choice]}) + b"\n\n"


def read(*events: bytes) -> tuple[bytes, ChatTranscript]:
    transcript = ChatTranscript(wants_usage=False)
    return b"".join(map(transcript.read, events)), transcript


@pytest.mark.parametrize("last", [[], [ERROR], [b": ping\n\n"] * 9])
def test_what_is_no_word_counts_nothing(last: list[bytes]) -> None:
    _, transcript = read(chunk(role="assistant", content=""), *[chunk(content="first ")] * 20, *last)
    assert 20 <= transcript.estimated_tokens() <= 30


@pytest.mark.parametrize(
    "delta",
    [
        {"content": "0123456789abcdef"},
        {"refusal": "0123456789abcdef"},
        {"reasoning_content": "0123456789abcdef", "reasoning": "0123456789abcdef"},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "0123456789abcdef"}]}]},
        {"tool_calls": [{"index": 0, "id": "call_1", "function": {"name": "look", "arguments": "0123456789ab"}}]},
        {"function_call": {"name": "look", "arguments": "0123456789ab"}},
        {"audio": {"id": "audio_1", "data": "A" * 4000, "transcript": "0123456789abcdef"}},
    ],
)
def test_all_that_a_model_writes_is_counted_once(delta: dict[str, Any]) -> None:
    assert read(chunk(**delta))[1].estimated_tokens() == 4


@pytest.mark.parametrize(
    "bad",
    [
        b'data: {"choices": [{\n\n',
        b'data: {"choices":[{"index":0,"delta":{"content":"\xff\xfe"}}]}\n\n',
        b"data: []\n\n",
        b"data: \n\n",
        b'data: {"choices":[{"index":0,"delta":{"content":NaN}}]}\n\n',
        b": \xff\n\n",
    ],
)
def test_what_no_client_can_read_is_not_passed_on(bad: bytes) -> None:
    _, transcript = read(chunk(content="first "))
    with pytest.raises(Malformed):
        transcript.read(bad)


@pytest.mark.parametrize(
    "event",
    [
        b'data: {"choices":[{"index":0,"delta":{"content":"\\ud83d"}}]}\n\n',
        b'event: message\r\ndata:{"choices":[{"index":0,"delta":{"content":"a"}}]}\r\n\r\n',
        b'id: 1\ndata: {"choices":[{"index":0,\ndata: "delta":{"content":"a"}}]}\n\n',
        b": ping\n\n",
    ],
)
def test_what_clients_can_read_passes_as_it_came(event: bytes) -> None:
    assert read(chunk(content="first "), event)[0] == chunk(content="first ") + event
