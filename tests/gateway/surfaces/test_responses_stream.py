"""Chunks of a chat completion, told as the events of a streamed response."""

from typing import Any

import httpx2
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai import APIError, DefaultHttpxClient, OpenAI

from tests.gateway.surfaces.answers import (
    SURFACE,
    as_response,
    call_,
    chunk,
    chunks,
    completion,
    events_of,
    relayed,
    said,
    saying,
)

REFUSAL = orjson.dumps({"error": {"message": "It broke off.", "type": "t", "param": None, "code": "provider_dropped"}})
BODY: dict[str, Any] = {"tools": [{"type": "function", "name": "look_up", "parameters": {}, "strict": None}]}
PARALLEL = saying(
    "Let me see.",
    calls=[call_("look_up", '{"id"', ":1}"), call_("look_up", '{"id":2}')],
    finish_reason="tool_calls",
)


def client_of(data: bytes) -> OpenAI:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=data, headers={"content-type": "text/event-stream"})

    client = DefaultHttpxClient(transport=httpx2.MockTransport(answer))
    return OpenAI(base_url="http://gateway.example/v1", api_key="any", max_retries=0, http_client=client)


def delta(**said: Any) -> bytes:
    return chunk([{"index": 0, "delta": said, "finish_reason": None}])


END = chunk([{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]) + b"data: [DONE]\n\n"


@given(said())
def test_a_stream_ends_with_the_response_that_the_whole_answer_would_be(spoken: dict[str, Any]) -> None:
    out, transcript = relayed(chunks(spoken), **BODY)
    events = events_of(out + transcript.closing)
    assert events[-1]["response"] == SURFACE.raised(completion(spoken), SURFACE.repeated(BODY))
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert (transcript.is_done, transcript.finish_reason) == (True, spoken["finish_reason"])


@given(said(), st.lists(st.integers(0, 2000), max_size=12))
def test_however_it_is_cut_its_events_are_the_same(spoken: dict[str, Any], cuts: list[int]) -> None:
    data = chunks(spoken)
    whole, transcript = relayed(data)
    cut, again = relayed(data, [min(each, len(data)) for each in cuts])
    assert (cut, again.closing) == (whole, transcript.closing)


@given(said())
def test_openais_own_client_makes_the_same_response_of_it(spoken: dict[str, Any]) -> None:
    out, transcript = relayed(chunks({**spoken, "finish_reason": "stop"}))
    with client_of(out + transcript.closing).responses.stream(model="mini", input="Hello") as stream:
        kinds = [event.type for event in stream]
        response = stream.get_final_response()
    assert kinds[:2] == ["response.created", "response.in_progress"]
    assert response.output_text == "".join(spoken["content"])
    calls = [(each.name, each.arguments) for each in response.output if each.type == "function_call"]
    assert calls == [(each["name"], "".join(each["pieces"])) for each in spoken["calls"]]


@given(said())
def test_what_begins_ends_and_says_what_its_pieces_said(spoken: dict[str, Any]) -> None:
    out, transcript = relayed(chunks(spoken))
    events = events_of(out + transcript.closing)
    added = [each["output_index"] for each in events if each["type"] == "response.output_item.added"]
    done = [each["output_index"] for each in events if each["type"] == "response.output_item.done"]
    assert added == sorted(done) == list(range(len(events[-1]["response"]["output"])))
    pieces = [each["delta"] for each in events if each["type"] == "response.output_text.delta"]
    assert "".join(pieces) == "".join(spoken["content"])


def test_calls_side_by_side_keep_their_arguments_apart() -> None:
    out, transcript = relayed(
        delta(tool_calls=[{"index": 0, "id": "a", "function": {"name": "one", "arguments": ""}}])
        + delta(tool_calls=[{"index": 1, "id": "b", "function": {"name": "two", "arguments": "[2"}}])
        + delta(
            tool_calls=[{"index": 0, "function": {"arguments": "[1]"}}, {"index": 1, "function": {"arguments": "]"}}]
        )
        + END
    )
    output = as_response(events_of(out + transcript.closing)[-1]["response"]).output
    told = [(each.call_id, each.name, each.arguments) for each in output if each.type == "function_call"]
    assert told == [("a", "one", "[1]"), ("b", "two", "[2]")]


@pytest.mark.parametrize("index", [{}, {"index": 0}])
def test_calls_are_told_apart_by_their_ids_where_their_numbers_are_no_help(index: dict[str, int]) -> None:
    out, transcript = relayed(
        delta(tool_calls=[{**index, "id": "a", "function": {"name": "one", "arguments": "[1]"}}])
        + delta(tool_calls=[{**index, "id": "b", "function": {"name": "two", "arguments": "[2]"}}])
        + END
    )
    output = as_response(events_of(out + transcript.closing)[-1]["response"]).output
    assert [each.arguments for each in output if each.type == "function_call"] == ["[1]", "[2]"]


def test_a_call_is_announced_when_its_name_is_known() -> None:
    out, transcript = relayed(
        delta(tool_calls=[{"index": 0, "id": "a", "function": {"arguments": "[1"}}])
        + delta(tool_calls=[{"index": 0, "function": {"name": "one", "arguments": "]"}}])
        + END
    )
    events = events_of(out + transcript.closing)
    added = [each["item"]["name"] for each in events if each["type"] == "response.output_item.added"]
    assert added == ["one"]
    assert events[-1]["response"]["output"][0]["arguments"] == "[1]"


def test_the_tools_that_take_a_text_are_called_with_it() -> None:
    out, transcript = relayed(
        delta(tool_calls=[{"index": 0, "id": "a", "type": "custom", "custom": {"name": "sql", "input": "select "}}])
        + delta(tool_calls=[{"index": 0, "custom": {"input": "1"}}])
        + END
    )
    item = events_of(out + transcript.closing)[-1]["response"]["output"][0]
    assert (item["type"], item["name"], item["input"]) == ("custom_tool_call", "sql", "select 1")


def test_a_stream_that_breaks_off_makes_openais_client_raise() -> None:
    begun, transcript = relayed(delta(content="Half an"))
    last = transcript.broken_off(REFUSAL)
    event = events_of(last)[0]
    assert (event["type"], event["code"], event["message"]) == ("error", "provider_dropped", "It broke off.")
    assert event["sequence_number"] == len(events_of(begun))
    stream = client_of(begun + last).responses.create(model="mini", input="Hello", stream=True)
    with pytest.raises(APIError, match="It broke off") as caught:
        list(stream)
    assert caught.value.code == "provider_dropped"


def test_the_end_is_the_same_each_time_it_is_asked_for() -> None:
    _, transcript = relayed(chunks(PARALLEL))
    assert transcript.closing == transcript.closing


def test_an_answer_that_hit_its_bound_is_incomplete() -> None:
    out, transcript = relayed(chunks(saying("You can", finish_reason="length")))
    last = events_of(out + transcript.closing)[-1]
    assert (last["type"], last["response"]["incomplete_details"]) == (
        "response.incomplete",
        {"reason": "max_output_tokens"},
    )
    assert last["response"]["output"][0]["status"] == "incomplete"


def test_what_the_gateway_says_beside_the_answer_is_kept() -> None:
    grounding = chunk([{"index": 0, "delta": {}, "finish_reason": "stop"}], grounding={"mode": "enforce"})
    out, transcript = relayed(delta(content="Yes.") + grounding + b"data: [DONE]\n\n")
    assert events_of(out + transcript.closing)[-1]["response"]["grounding"] == {"mode": "enforce"}


def test_a_refusal_that_is_told_twice_is_told_once() -> None:
    out, transcript = relayed(delta(content="No.", refusal="No.") + END)
    content = events_of(out + transcript.closing)[-1]["response"]["output"][0]["content"]
    assert content == [{"type": "refusal", "refusal": "No."}]


def test_a_chunk_before_the_answer_does_not_name_it() -> None:
    azure = b'data: {"id":"","model":"","choices":[],"prompt_filter_results":[]}\n\n'
    out, _ = relayed(azure + delta(content="Yes."))
    assert events_of(out)[0]["response"]["id"] == "resp_7"


def test_comments_pass() -> None:
    out, transcript = relayed(b": still here\n\n" + delta(content="Yes."))
    assert out.startswith(b": still here\n\nevent: response.created\n")
    assert transcript.has_begun


def test_an_error_of_the_provider_is_noted_and_not_passed_on() -> None:
    out, transcript = relayed(delta(content="Half") + b'data: {"error": {"message": "no more"}}\n\n')
    assert transcript.error == {"message": "no more"}
    assert b"no more" not in out


def _halved(word: str) -> bytes:
    """As some providers write it: each half of its sign is JSON, and no text."""
    return delta(content="?").replace(b"?", word.encode())


def test_two_halves_of_a_sign_are_one_again() -> None:
    out, transcript = relayed(_halved("So \\ud83d") + _halved("\\ude00 it is") + _halved("\\ud83d.") + END)
    events = events_of(out + transcript.closing)
    told = [event["delta"] for event in events if event["type"] == "response.output_text.delta"]
    assert told == ["So ", "\U0001f600 it is", "\ufffd."]
    assert events[-1]["response"]["output"][0]["content"][0]["text"] == "".join(told)
