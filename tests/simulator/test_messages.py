"""The simulator as a provider with Anthropic's API, by hand."""

from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest

from tests.gateway.processes import HTTP, Served, serving

HEADERS = {"x-api-key": "sk-simulated", "anthropic-version": "2023-06-01"}
QUESTION = {"role": "user", "content": "How do I send a parcel back?"}
WEATHER = {"name": "weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}
USE = {"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "weather", "input": {}}]}
RESULT = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": "Rain"}]}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Served]:
    with serving("aiops.simulator", "--chunk-delay-ms", "0") as served:
        yield served


@pytest.fixture
def ask(simulator: Served) -> Any:
    def ask(*, headers: dict[str, str] = HEADERS, without: str = "", **body: Any) -> httpx.Response:
        asked = {"model": "sim-large", "max_tokens": 500, "messages": [QUESTION], **body}
        asked.pop(without, None)
        return HTTP.post(f"{simulator.url}/v1/messages", headers=headers, json=asked)

    return ask


def events(response: httpx.Response) -> list[dict[str, Any]]:
    return [orjson.loads(line.removeprefix("data: ")) for line in response.text.splitlines() if line.startswith("data")]


def test_it_answers_as_the_other_api_does(ask: Any, simulator: Served) -> None:
    other = HTTP.post(f"{simulator.url}/v1/chat/completions", json={"model": "sim-large", "messages": [QUESTION]})
    said = ask().json()
    assert said["content"] == [{"type": "text", "text": other.json()["choices"][0]["message"]["content"]}]
    assert (said["type"], said["role"], said["stop_reason"]) == ("message", "assistant", "end_turn")
    assert said["usage"]["output_tokens"] == other.json()["usage"]["completion_tokens"]


def test_a_stream_says_the_same(ask: Any) -> None:
    told = events(ask(stream=True))
    words = "".join(each["delta"].get("text", "") for each in told if each["type"] == "content_block_delta")
    assert words == ask().json()["content"][0]["text"]
    assert [each["type"] for each in told[:3]] == ["message_start", "ping", "content_block_start"]
    assert [each["type"] for each in told[-3:]] == ["content_block_stop", "message_delta", "message_stop"]
    assert told[-2]["usage"]["output_tokens"] == ask().json()["usage"]["output_tokens"]


def test_a_tool_is_called_and_its_result_answered(ask: Any) -> None:
    called = ask(tools=[WEATHER], tool_choice={"type": "any"}).json()
    assert (called["stop_reason"], called["content"][0]["name"]) == ("tool_use", "weather")
    messages = [QUESTION, {"role": "assistant", "content": called["content"]}]
    result = {"type": "tool_result", "tool_use_id": called["content"][0]["id"], "content": "Rain"}
    assert ask(tools=[WEATHER], messages=[*messages, {"role": "user", "content": [result]}]).json()["content"]


def test_an_answer_is_no_longer_than_allowed(ask: Any) -> None:
    said = ask(max_tokens=3).json()
    assert said["stop_reason"] == "max_tokens"
    assert 0 < said["usage"]["output_tokens"] <= 3


def test_what_has_a_hint_is_written_to_the_cache_then_read(ask: Any) -> None:
    long = [{"type": "text", "text": "words " * 1000, "cache_control": {"type": "ephemeral"}}]
    assert ask(system=long).json()["usage"]["cache_creation_input_tokens"] > 1000
    read = ask(system=long, x_simulate={"cached": 1.0}).json()["usage"]
    assert (read["cache_creation_input_tokens"], read["cache_read_input_tokens"]) == (0, 1408)
    assert ask(x_simulate={"cached": 1.0}).json()["usage"]["cache_read_input_tokens"] == 0


@pytest.mark.parametrize(
    ("fault", "kind"), [("429", "rate_limit_error"), ("500", "api_error"), ("529", "overloaded_error")]
)
def test_it_fails_as_told(ask: Any, fault: str, kind: str) -> None:
    response = ask(x_simulate={"fault": fault, "retry_after": 2})
    assert (response.status_code, response.headers["retry-after"]) == (int(fault), "2")
    assert (response.json()["type"], response.json()["error"]["type"]) == ("error", kind)


def test_it_fails_in_mid_stream_with_an_event(ask: Any) -> None:
    told = events(ask(stream=True, x_simulate={"fault": "error_event"}))
    assert told[-1] == {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    assert "content_block_delta" in {each["type"] for each in told}


def test_the_other_api_fails_so_too(simulator: Served) -> None:
    body = {"model": "sim-large", "messages": [QUESTION], "stream": True, "x_simulate": {"fault": "error_event"}}
    told = HTTP.post(f"{simulator.url}/v1/chat/completions", json=body).text
    assert '"error"' in told.splitlines()[-2]
    assert "[DONE]" not in told


def test_it_wants_a_key(ask: Any) -> None:
    response = ask(headers={"anthropic-version": "2023-06-01"})
    assert (response.status_code, response.json()["error"]["type"]) == (401, "authentication_error")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"headers": {"x-api-key": "sk"}}, "anthropic-version: header is required"),
        ({"without": "max_tokens"}, "max_tokens: Field required"),
        ({"frequency_penalty": 1}, "frequency_penalty: Extra inputs are not permitted"),
        ({"headers": {**HEADERS, "anthropic-version": "2026-10-21"}, "temperature": 1}, "temperature: Extra inputs"),
        ({"temperature": 1.5}, "temperature: range"),
        ({"model": "claude-opus-4-8", "temperature": 1}, "`temperature` is deprecated for this model"),
        ({"model": "claude-opus-5-5", "tools": [WEATHER], "tool_choice": {"type": "any"}}, "forced tool use"),
        ({"messages": []}, "at least one message is required"),
        ({"messages": [{"role": "system", "content": "Hello"}]}, "Unexpected role 'system'"),
        ({"messages": [{"role": "user", "content": " "}]}, "non-whitespace text"),
        ({"messages": [QUESTION, {"role": "assistant", "content": "I"}]}, "prefill"),
        ({"messages": [QUESTION, USE, QUESTION], "tools": [WEATHER]}, "without `tool_result` blocks"),
        ({"messages": [RESULT], "tools": [WEATHER]}, "`tool_result` without a `tool_use`"),
        ({"messages": [QUESTION, USE, RESULT]}, "tools: Field required"),
        ({"tools": [{"name": "a"}]}, "input_schema.type"),
        ({"thinking": {"type": "enabled", "budget_tokens": 600}}, "at least 1024"),
        ({"stop_sequences": ["\n"]}, "non-whitespace"),
        ({"system": [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}] * 5}, "A maximum of 4"),
    ],
)
def test_what_it_refuses(ask: Any, body: dict[str, Any], told: str) -> None:
    response = ask(**body)
    assert response.status_code == 400
    assert told in response.json()["error"]["message"]


def test_two_turns_of_one_role_in_a_row_are_taken(ask: Any) -> None:
    assert ask(messages=[QUESTION, QUESTION]).status_code == 200
