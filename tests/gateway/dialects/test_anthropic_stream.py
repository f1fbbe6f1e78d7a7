"""A streamed message as chunks of a chat completion."""

from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletionChunk

from costs.usage import Usage, from_openai
from gateway.sse import Malformed
from tests.gateway.dialects.anthropic import (
    DIALECT,
    add,
    begin,
    calling,
    close,
    completion,
    end,
    event,
    read,
    start,
    text,
    use,
    words,
)

PING = event("ping")
THOUGHT = b"".join(
    [
        begin(0, {"type": "thinking", "thinking": "", "signature": ""}),
        add(0, type="thinking_delta", thinking="Hm."),
        add(0, type="signature_delta", signature="c2ln"),
        close(0),
    ]
)
ANSWER = b"".join(
    [
        start(cache_read_input_tokens=7),
        PING,
        THOUGHT,
        words(1, "Let me ", "see."),
        calling(2, "", '{"ci', 'ty":"Bern"}'),
        calling(3, call_id="toolu_2", name="clock"),
        end("tool_use", output_tokens=42),
    ]
)


def deltas(chunks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [chunk["choices"][0]["delta"] for chunk in chunks if chunk["choices"]]


def reasons(chunks: list[dict[str, Any]]) -> list[str]:
    return [each["finish_reason"] for chunk in chunks for each in chunk["choices"] if each["finish_reason"]]


def joined(chunks: list[dict[str, Any]]) -> dict[str, Any]:
    """What a client makes of them: the message of a whole answer."""
    said: dict[str, Any] = {"role": "assistant", "content": None}
    calls: dict[int, dict[str, Any]] = {}
    for delta in deltas(chunks):
        for name in ("content", "reasoning_content"):
            if delta.get(name):
                said[name] = (said.get(name) or "") + delta[name]
        for call in delta.get("tool_calls", []):
            kept = calls.setdefault(call["index"], {**call, "function": {**call["function"], "arguments": ""}})
            kept["function"]["arguments"] += call["function"]["arguments"]
    listed = [{name: value for name, value in call.items() if name != "index"} for call in calls.values()]
    return said | ({"tool_calls": listed} if listed else {})


def test_what_the_caller_gets() -> None:
    chunks, transcript = read(ANSWER)
    assert deltas(chunks) == [
        {"role": "assistant", "content": ""},
        {"reasoning_content": "Hm."},
        {"content": "Let me "},
        {"content": "see."},
        {
            "tool_calls": [
                {"index": 0, "id": "toolu_1", "type": "function", "function": {"name": "weather", "arguments": ""}}
            ]
        },
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"ci'}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": 'ty":"Bern"}'}}]},
        {
            "tool_calls": [
                {"index": 1, "id": "toolu_2", "type": "function", "function": {"name": "clock", "arguments": ""}}
            ]
        },
        {"tool_calls": [{"index": 1, "function": {"arguments": "{}"}}]},
        {},
    ]
    assert reasons(chunks) == ["tool_calls"]
    assert {(chunk["id"], chunk["model"], chunk["created"]) for chunk in chunks} == {
        ("msg_1", "claude-sonnet-5-5", 1_800_000_000)
    }
    assert (transcript.is_done, transcript.is_complete, transcript.finish_reason) == (True, True, "tool_calls")
    assert transcript.closing == b"data: [DONE]\n\n"


def test_each_chunk_is_one_to_openais_client() -> None:
    chunks, _ = read(ANSWER)
    assert [ChatCompletionChunk.model_validate(chunk, strict=True).object for chunk in chunks] == [
        "chat.completion.chunk"
    ] * len(chunks)


def test_the_usage_is_of_the_beginning_and_the_end_together() -> None:
    chunks, transcript = read(ANSWER)
    assert transcript.usage is not None
    assert from_openai(transcript.usage) == Usage(19, 7, 0, 42)
    assert (chunks[-1]["choices"], chunks[-1]["usage"]) == ([], transcript.usage)
    assert {str(chunk["usage"]) for chunk in chunks[:-1]} == {"None"}


def test_who_did_not_ask_for_the_usage_gets_none() -> None:
    chunks, transcript = read(ANSWER, wants_usage=False)
    assert [chunk for chunk in chunks if "usage" in chunk] == []
    assert transcript.usage is not None


@given(st.lists(st.integers(0, len(ANSWER)), max_size=12))
def test_however_it_is_cut_it_is_the_same(cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(ANSWER)]
    chunks, transcript = read(*(ANSWER[first:last] for first, last in pairwise(ends)))
    whole, known = read(ANSWER)
    assert chunks == whole
    assert (transcript.usage, transcript.estimated_tokens()) == (known.usage, known.estimated_tokens())


SAID = st.one_of(
    st.tuples(st.just("text"), st.lists(st.text(min_size=1), min_size=1, max_size=4)),
    st.tuples(st.just("tool"), st.dictionaries(st.text(max_size=5), st.integers() | st.text(), max_size=3)),
)


def streamed(place: int, kind: str, said: Any) -> bytes:
    if kind == "text":
        return words(place, *said)
    given_ = orjson.dumps(said).decode()
    return calling(place, given_[:3], given_[3:], call_id=f"toolu_{place}")


def unstreamed(place: int, kind: str, said: Any) -> dict[str, Any]:
    return text("".join(said)) if kind == "text" else use(f"toolu_{place}") | {"input": said}


@given(st.lists(SAID, min_size=1, max_size=5))
def test_a_stream_says_the_same_as_a_whole_answer(blocks: list[tuple[str, Any]]) -> None:
    small = [(kind, said) for kind, said in blocks if kind == "text" or _is_small(said)]
    stream = [streamed(place, kind, said) for place, (kind, said) in enumerate(small)]
    chunks, _ = read(start(), *stream, end())
    whole = completion(*(unstreamed(place, kind, said) for place, (kind, said) in enumerate(small)))
    said = {name: value for name, value in whole["choices"][0]["message"].items() if name != "refusal"}
    assert joined(chunks) == {**said, "content": said["content"] or None}


def _is_small(given_: dict[str, Any]) -> bool:
    """JSON of ours holds integers of 64 bits."""
    return all(isinstance(value, str) or abs(value) < 2**63 for value in given_.values())


@pytest.mark.parametrize("first", [words(0, "H"), begin(0, text("H")), begin(0, use()), THOUGHT])
def test_it_has_begun_with_the_first_that_it_says(first: bytes) -> None:
    assert not read(start(), PING, begin(0, text("")))[1].has_begun
    assert read(start(), PING, first)[1].has_begun


def test_a_stream_that_ends_before_its_end_is_not_complete() -> None:
    _, transcript = read(start(), words(0, "Hello"), end().removesuffix(event("message_stop")))
    assert (transcript.finish_reason, transcript.is_done, transcript.is_complete) == ("stop", False, False)


def test_without_a_last_count_the_first_is_not_taken_for_the_bill() -> None:
    _, transcript = read(start(), words(0, "Hello"))
    assert transcript.usage is None


def test_an_error_in_mid_stream_ends_it() -> None:
    failed = event("error", error={"type": "overloaded_error", "message": "Overloaded"})
    chunks, transcript = read(start(), words(0, "Hel"), failed, words(1, "lo"), end())
    assert transcript.error is not None
    assert (transcript.error["code"], transcript.error["message"]) == ("overloaded", "Overloaded")
    assert joined(chunks)["content"] == "Hel"
    assert not transcript.is_complete


def test_a_refusal_is_told_with_its_end() -> None:
    details = {"type": "refusal", "category": "bio", "explanation": "Too dangerous."}
    chunks, _ = read(start(), words(0, "Hel"), end("refusal", stop_details=details))
    assert deltas(chunks)[-1] == {"refusal": "Too dangerous."}
    assert reasons(chunks) == ["content_filter"]


def test_a_function_of_the_time_before_tools_is_called_as_one() -> None:
    chunks, _ = read(start(), calling(0, '{"a":1}', name="aiops-function-weather"), end("tool_use"))
    assert deltas(chunks)[1:] == [
        {"function_call": {"name": "weather", "arguments": ""}},
        {"function_call": {"arguments": '{"a":1}'}},
        {},
    ]
    assert reasons(chunks) == ["function_call"]


def test_arguments_may_come_whole_with_the_beginning() -> None:
    chunks, _ = read(start(), begin(0, use(city="Bern")), close(0), end("tool_use"))
    assert joined(chunks)["tool_calls"][0]["function"] == {"name": "weather", "arguments": '{"city":"Bern"}'}


@pytest.mark.parametrize(
    "unknown",
    [
        event("content_block_start_2", index=0),
        b": a comment\n\n",
        add(0, type="citations_delta", citation={}),
        b"data: {}\n\n",
        b"event: message_start\n\n",
    ],
)
def test_what_is_not_known_is_passed_over(unknown: bytes) -> None:
    chunks, _ = read(start(), begin(0, text("")), unknown, add(0, type="text_delta", text="Hi"), close(0), end())
    assert joined(chunks)["content"] == "Hi"


@pytest.mark.parametrize(
    "broken",
    [
        b"data: {broken\n\n",
        b"data: [1]\n\n",
        add(0, type="text_delta", text="of no block"),
        event("content_block_delta", index=[], delta={}),
        event("content_block_start", index=0),
        begin(0, text("")) + add(0, type="text_delta"),
        event("message_delta"),
        event("message_start", message="none"),
    ],
)
def test_what_cannot_be_read_is_said(broken: bytes) -> None:
    with pytest.raises(Malformed):
        read(start(), broken)


def test_tokens_are_counted_by_pieces_and_by_length() -> None:
    assert read(start())[1].estimated_tokens() == 0
    assert read(start(), words(0, "a", "b", "c"))[1].estimated_tokens() == 3
    assert 100 <= read(start(), words(0, "word " * 80))[1].estimated_tokens() <= 110


def test_a_sign_that_was_cut_in_two_is_one_again() -> None:
    halves = [add(0, type="text_delta", text="?").replace(b"?", half) for half in (b"So \\ud83d", b"\\ude00.")]
    chunks, transcript = read(start(), begin(0, text("")), *halves, end())
    assert joined(chunks)["content"] == "So \U0001f600."
    assert transcript.is_counted


def test_signs_of_life_stay_signs_of_life() -> None:
    transcript = DIALECT.transcript(wants_usage=True)
    assert transcript.read(event("ping") + b"data: \n\n") == b": ping\n\n" * 2


def test_nothing_follows_the_end() -> None:
    assert read(ANSWER, words(9, "more"))[0] == read(ANSWER)[0]


def test_one_that_failed_ends_in_an_error() -> None:
    assert read(start())[1].broken_off(b'{"error":{}}') == b'data: {"error":{}}\n\n'
