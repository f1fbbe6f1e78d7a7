"""Chunks of a chat completion: passed on as they came, counted by their words alone, and refused when no client could
read them."""

from typing import Any

import orjson
import pytest

from gateway.dialects.chat_stream import ChatTranscript
from gateway.sse import Malformed

END = b'data: {"choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}]}\n\n'
USED = b'data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":1}}\n\n'
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
        {"audio": {"id": "audio_1", "data": "A" * 400, "transcript": "0123456789abcdef"}},
    ],
)
def test_all_that_a_model_writes_is_counted_once(delta: dict[str, Any]) -> None:
    assert read(chunk(**delta))[1].estimated_tokens() == 4


@pytest.mark.parametrize(("pieces", "tokens"), [(1, 6), (50, 312)])
def test_a_sound_counts_by_how_long_it_lasts(pieces: int, tokens: int) -> None:
    """20,000 letters of base64 are 0.31 seconds."""
    _, transcript = read(*[chunk(audio={"id": "audio_1", "data": "QUJD" * 5_000})] * pieces)
    assert transcript.estimated_tokens() == tokens


def test_nothing_of_what_reads_it_is_told_of_what_cannot_be_read() -> None:
    with pytest.raises(Malformed) as caught:
        read(b'data: {"created": ' + b"9" * 5_000 + b"}\n\n")
    assert str(caught.value) == "an event is not JSON"


def test_what_stands_before_a_fault_is_told() -> None:
    with pytest.raises(Malformed) as caught:
        read(chunk(content="first ") * 3 + b"data: {no\n\n" + chunk(content="last"))
    assert caught.value.partial == chunk(content="first ") * 3


@pytest.mark.parametrize(
    "ping",
    [b"data: \n\n", b"data:\r\n\r\n", b"event: ping\ndata: ping\n\n", b'event:ping\rdata:{"type":"ping"}\r\r'],
)
def test_a_sign_of_life_comes_as_one_that_every_client_skips(ping: bytes) -> None:
    assert read(chunk(content="first "), ping)[0] == chunk(content="first ") + b": ping\n\n"


def test_half_a_sign_is_no_part_of_what_we_tell() -> None:
    _, transcript = read(
        b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"st\\ud83dop"}]}\n\n',
        b'data: {"error":{"message":"bad \\ud83d thing"}}\n\n',
    )
    assert (transcript.finish_reason, transcript.error) == ("st\ufffdop", {"message": "bad \ufffd thing"})


@pytest.mark.parametrize(
    ("events", "counted"),
    [
        ([chunk(content="a"), END, USED], True),
        ([chunk(content="a"), USED, END], True),
        ([USED, chunk(content="a"), END], False),
        ([chunk(content="a"), USED], False),
        ([chunk(content="a"), END], False),
    ],
)
def test_usage_counts_when_nothing_was_written_after_it(events: list[bytes], counted: bool) -> None:
    assert read(*events)[1].is_counted == counted


@pytest.mark.parametrize(
    "bad",
    [
        b'data: {"choices": [{\n\n',
        b'data: {"choices":[{"index":0,"delta":{"content":"\xff\xfe"}}]}\n\n',
        b"data: []\n\n",
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
