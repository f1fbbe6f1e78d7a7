"""The simulator as a provider, through the real client."""

from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI

from tests.gateway.processes import HTTP, Served, serving

QUESTION: list[Any] = [{"role": "user", "content": "How do I send a parcel back?"}]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Served]:
    with serving("aiops.simulator", "--chunk-delay-ms", "0", "--fault", "always-limited=429") as served:
        yield served


@pytest.fixture
def client(simulator: Served) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{simulator.url}/v1", api_key="any", max_retries=0) as client:
        yield client


def ask(client: OpenAI, model: str = "gpt-4o-mini", *, stream: bool = False, **simulate: Any) -> Any:
    body = {"x_simulate": simulate}
    return client.chat.completions.create(model=model, messages=QUESTION, stream=stream, extra_body=body)


def test_it_answers_the_same_each_time(client: OpenAI) -> None:
    assert ask(client) == ask(client)


def test_a_stream_says_the_same_as_a_whole_answer(client: OpenAI) -> None:
    whole = ask(client)
    options: Any = {"include_usage": True}
    stream = client.chat.completions.create(model="gpt-4o-mini", messages=QUESTION, stream=True, stream_options=options)
    chunks = list(stream)
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert (said, chunks[-1].usage) == (whole.choices[0].message.content, whole.usage)


def test_a_stream_has_as_many_pieces_as_wanted(client: OpenAI) -> None:
    assert len(list(ask(client, stream=True, chunks=50))) == 52


def test_several_answers_are_given_whole_and_in_turn(client: OpenAI) -> None:
    asked: dict[str, Any] = {"model": "gpt-4o-mini", "messages": QUESTION, "n": 3}
    one, whole = ask(client), client.chat.completions.create(**asked)
    assert [choice.index for choice in whole.choices] == [0, 1, 2]
    assert {choice.message.content for choice in whole.choices} == {one.choices[0].message.content}
    assert whole.usage.completion_tokens == 3 * one.usage.completion_tokens
    chunks: list[Any] = list(client.chat.completions.create(**asked, stream=True))
    said = [chunk.choices[0] for chunk in chunks if chunk.choices]
    texts = ["".join(each.delta.content or "" for each in said if each.index == place) for place in range(3)]
    assert texts == [choice.message.content for choice in whole.choices]
    assert [each.index for each in said if each.finish_reason] == [0, 1, 2]


@pytest.mark.parametrize(("beside", "least"), [({}, 0), ({"top_logprobs": 2}, 2)])
def test_how_likely_each_word_was_is_told(client: OpenAI, beside: dict[str, int], least: int) -> None:
    asked: dict[str, Any] = {"model": "gpt-4o-mini", "messages": QUESTION, "logprobs": True, **beside}
    whole = client.chat.completions.create(**asked).choices[0]
    told = whole.logprobs.content
    assert "".join(each.token for each in told) == whole.message.content
    assert bytes(told[0].bytes).decode() == told[0].token
    assert {len(each.top_logprobs) for each in told} == {least}
    assert max(each.logprob for each in told) <= 0
    chunks: list[Any] = list(client.chat.completions.create(**asked, stream=True))
    streamed = [
        each for chunk in chunks for choice in chunk.choices if choice.logprobs for each in choice.logprobs.content
    ]
    assert streamed == told
    assert ask(client).choices[0].logprobs is None


def test_it_lists_models(client: OpenAI) -> None:
    assert "gpt-4o-mini" in {model.id for model in client.models.list()}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("429", openai.RateLimitError),
        ("500", openai.InternalServerError),
        ("401", openai.AuthenticationError),
        ("400", openai.BadRequestError),
    ],
)
def test_it_fails_as_told(client: OpenAI, fault: str, error: type[openai.APIStatusError], stream: bool) -> None:
    with pytest.raises(error):
        ask(client, stream=stream, fault=fault)


def test_a_limit_says_when_to_come_back(client: OpenAI) -> None:
    with pytest.raises(openai.RateLimitError) as caught:
        ask(client, fault="429", retry_after=2)
    assert caught.value.response.headers["retry-after"] == "2"


def test_a_model_may_fail_from_the_start(client: OpenAI) -> None:
    with pytest.raises(openai.RateLimitError):
        ask(client, "always-limited")


def test_a_model_fails_as_often_as_it_is_told_to(client: OpenAI, simulator: Served) -> None:
    HTTP.post(f"{simulator.url}/control/faults", json={"model": "flaky", "fault": "500", "count": 1})
    with pytest.raises(openai.InternalServerError):
        ask(client, "flaky")
    assert ask(client, "flaky").model == "flaky"


def test_a_drop_in_mid_stream_breaks_the_connection(simulator: Served) -> None:
    body = {"model": "gpt-4o-mini", "messages": QUESTION, "stream": True, "x_simulate": {"fault": "drop"}}
    with pytest.raises(httpx.RemoteProtocolError):
        HTTP.post(f"{simulator.url}/v1/chat/completions", json=body)


def test_a_model_may_drift(client: OpenAI) -> None:
    assert ask(client, fault="drifted_model").model == "gpt-4o-mini-drifted"


@pytest.mark.parametrize(("path", "status"), [("/v1/nothing", 404), ("/v1/chat/completions", 400)])
def test_what_it_does_not_understand_it_refuses(simulator: Served, path: str, status: int) -> None:
    assert HTTP.post(simulator.url + path, content=b"{").status_code == status


def test_an_unknown_fault_is_refused(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="explode"):
        ask(client, fault="explode")
