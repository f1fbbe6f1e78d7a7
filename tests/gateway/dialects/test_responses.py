"""Responses of a provider that has them: passed on, and read only where they tell something."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import sse
from gateway.dialects.responses import ResponsesDialect
from gateway.dialects.responses_events import Numbering
from gateway.dialects.responses_stream import NativeTranscript
from gateway.sse import Framer, Malformed
from tests.gateway.factories import make_model
from tests.gateway.surfaces.answers import events_of

DIALECT = ResponsesDialect()
USAGE = {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5}
ITEM: dict[str, Any] = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": []}
CALL: dict[str, Any] = {"id": "fc_1", "type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
REFUSAL = orjson.dumps({"error": {"message": "It broke off.", "type": "t", "param": None, "code": "provider_dropped"}})


def response(status: str = "completed", **more: Any) -> dict[str, Any]:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": "mini-1",
        "status": status,
        "error": None,
        "incomplete_details": None,
        "output": [ITEM],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": USAGE,
        **more,
    }


def stream(last: str = "response.completed", count: int = 3, **more: Any) -> list[bytes]:
    numbers = Numbering()
    event = numbers.event
    begun = response("in_progress", output=[], usage=None)
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    told = {"delta": 'say "error" ', "logprobs": []}
    return [
        event("response.created", response=begun),
        event("response.in_progress", response=begun),
        event("response.output_item.added", output_index=0, item=ITEM),
        *(event("response.output_text.delta", **place, **told) for _ in range(count)),
        event("response.output_item.done", output_index=0, item=ITEM),
        event(last, response=response(last.removeprefix("response."), **more)),
    ]


EVENTS = stream()
ANSWER = b"".join(EVENTS)


def read(*blocks: bytes) -> tuple[bytes, NativeTranscript]:
    transcript = DIALECT.transcript(wants_usage=True)
    return b"".join(transcript.read(block) for block in blocks), transcript


def test_the_body_is_untouched_but_for_the_model() -> None:
    body = {"model": "mini", "input": "Hello", "previous_response_id": "resp_0", "tools": [{"type": "web_search"}]}
    assert DIALECT.request(body, make_model(), is_relayed=True) == {**body, "model": "mini-1"}
    assert DIALECT.path == "/responses"


@pytest.mark.parametrize(
    ("told", "finish_reason"),
    [
        (response(), "stop"),
        (response(output=[CALL]), "tool_calls"),
        (response("incomplete", incomplete_details={"reason": "max_output_tokens"}), "length"),
        (response("incomplete", incomplete_details={"reason": "content_filter"}), "content_filter"),
        (response("incomplete", incomplete_details={"reason": "steered"}), "steered"),
        (response("incomplete"), "incomplete"),
        (response("queued"), "queued"),
        ({"output": []}, ""),
    ],
)
def test_why_it_ended_is_told_as_of_a_chat_completion(told: dict[str, Any], finish_reason: str) -> None:
    answer = DIALECT.answer(b"raw", told)
    assert answer == (b"raw", told, finish_reason)


@pytest.mark.parametrize("told", [{}, {"choices": []}, {"output": None}, response("failed")])
def test_what_is_no_answer_is_none(told: dict[str, Any]) -> None:
    assert DIALECT.answer(b"raw", told) is None


@given(st.lists(st.integers(0, len(ANSWER)), max_size=12))
def test_however_it_is_cut_it_is_relayed_as_it_was(cuts: list[int]) -> None:
    ends, framer = sorted(cuts), Framer()
    blocks = [framer.feed(ANSWER[start:end]) for start, end in zip([0, *ends], [*ends, len(ANSWER)], strict=True)]
    out, transcript = read(*blocks)
    assert out + transcript.closing == ANSWER
    assert (transcript.usage, transcript.finish_reason, transcript.is_done) == (USAGE, "stop", True)


def test_its_end_waits_until_the_call_is_settled() -> None:
    out, transcript = read(ANSWER + b"data: [DONE]\n\n")
    assert out == b"".join(EVENTS[:-1])
    assert transcript.closing == EVENTS[-1]
    assert transcript.read(b"data: [DONE]\n\n") == b""


def test_one_that_hit_its_bound_ended() -> None:
    _, transcript = read(*stream("response.incomplete", incomplete_details={"reason": "max_output_tokens"}))
    assert (transcript.finish_reason, transcript.is_complete) == ("length", True)


def test_another_model_may_answer_until_something_is_said() -> None:
    _, transcript = read(*EVENTS[:3])
    assert not transcript.has_begun
    transcript.read(EVENTS[3])
    assert transcript.has_begun


@pytest.mark.parametrize(
    ("event", "has_begun"),
    [
        ({"type": "response.output_item.added", "item": CALL}, True),
        ({"type": "response.output_item.added", "item": {"type": "web_search_call"}}, True),
        ({"type": "response.output_item.added", "item": {"type": "reasoning"}}, False),
        ({"type": "response.reasoning_summary_text.delta", "delta": "Hm"}, True),
        ({"type": "response.queued", "response": response("queued")}, False),
        ({"type": "response.content_part.added", "part": {}}, False),
        ({"type": "keepalive"}, False),
    ],
)
def test_what_says_something_and_what_does_not(event: dict[str, Any], has_begun: bool) -> None:
    out, transcript = read(sse.event(orjson.dumps(event)))
    assert transcript.has_begun is has_begun
    assert out == sse.event(orjson.dumps(event))


@pytest.mark.parametrize(
    "event",
    [
        {"type": "error", "code": "server_error", "message": "no more", "sequence_number": 5},
        {"type": "error", "error": {"message": "no more", "code": "server_error"}},
        {"error": {"message": "no more", "code": "server_error"}},
        {
            "type": "response.failed",
            "response": response("failed", error={"message": "no more", "code": "server_error"}),
        },
    ],
)
@pytest.mark.parametrize("begun", [EVENTS[:2], EVENTS[:5]])
def test_a_failure_is_noted_and_not_passed_on(begun: list[bytes], event: dict[str, Any]) -> None:
    out, transcript = read(*begun, sse.event(orjson.dumps(event)))
    assert out == b"".join(begun)
    assert transcript.error is not None
    assert (transcript.error["message"], transcript.error["code"]) == ("no more", "server_error")
    assert not transcript.is_complete


def test_the_usage_of_a_failure_is_known() -> None:
    _, transcript = read(*stream("response.failed", error={"message": "no more"}))
    assert transcript.usage == USAGE


def test_a_stream_without_its_end_is_not_complete() -> None:
    _, transcript = read(*EVENTS[:-1], b"data: [DONE]\n\n")
    assert not transcript.is_complete


def test_a_stream_that_breaks_off_ends_with_an_error_that_counts_on() -> None:
    _, transcript = read(*EVENTS[:5])
    event = events_of(transcript.broken_off(REFUSAL))[0]
    assert (event["type"], event["message"], event["sequence_number"]) == ("error", "It broke off.", 5)
    assert event["error"]["code"] == "provider_dropped"


@pytest.mark.parametrize("number", ["five", 1e300, 1 << 63, -1, None, [5], True])
def test_an_odd_number_of_an_event_counts_nothing_and_ends_nothing(number: object) -> None:
    odd = orjson.dumps({"type": "response.output_text.delta", "delta": "So", "sequence_number": number})
    _, transcript = read(*EVENTS[:5], b"data: " + odd + b"\n\n")
    assert events_of(transcript.broken_off(REFUSAL))[0]["sequence_number"] == 6


@pytest.mark.parametrize(("count", "tokens"), [(0, 0), (1, 3), (40, 120)])
def test_without_usage_its_words_are_counted_at_four_bytes_a_token(count: int, tokens: int) -> None:
    _, transcript = read(*stream(count=count)[: 3 + count])
    assert transcript.estimated_tokens() == tokens


def test_a_sound_counts_by_how_long_it_lasts() -> None:
    sound = orjson.dumps({"type": "response.audio.delta", "delta": "QUJD" * 5_000})
    assert read(*EVENTS[:3], *[b"data: " + sound + b"\n\n"] * 50)[1].estimated_tokens() == 312


def test_what_failed_is_counted_when_the_provider_says_what_it_used() -> None:
    _, transcript = read(EVENTS[0], stream("response.failed", error={"code": "server_error", "message": "no"})[-1])
    assert (transcript.has_begun, transcript.is_counted, transcript.usage) == (False, True, USAGE)


def test_comments_pass() -> None:
    assert read(b": still here\n\n")[0] == b": still here\n\n"


def test_what_is_not_json_is_malformed() -> None:
    with pytest.raises(Malformed):
        read(b"event: response.created\ndata: {no\n\n")
