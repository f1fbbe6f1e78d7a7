"""The simulator's Responses, embeddings and tool calls, through the real client."""

import base64
import math
import struct
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from tests.gateway.processes import HTTP, Served, serving

QUESTION = "How do I send a parcel back?"
ANSWER = "You can send a parcel back within 30 days of delivery."
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
WEATHER: Any = {"type": "function", "name": "get_weather", "parameters": PARAMETERS, "strict": False}
NESTED: Any = {"type": "function", "function": {"name": "get_weather", "parameters": PARAMETERS}}
_EVENTS: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Served]:
    with serving("aiops.simulator", "--chunk-delay-ms", "0") as served:
        yield served


@pytest.fixture
def client(simulator: Served) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{simulator.url}/v1", api_key="any", max_retries=0) as client:
        yield client


def test_a_response_answers_as_a_chat_completion_does(client: OpenAI) -> None:
    response = client.responses.create(model="mini", input=QUESTION)
    chat = client.chat.completions.create(model="mini", messages=[{"role": "user", "content": QUESTION}])
    assert response.output_text == chat.choices[0].message.content
    assert response.output_text.startswith(ANSWER)
    assert (response.usage and response.usage.output_tokens) == (chat.usage and chat.usage.completion_tokens)
    Response.model_validate(response.to_dict(), strict=True)


def test_a_streamed_response_ends_as_the_whole_one(client: OpenAI) -> None:
    with client.responses.stream(model="mini", input=[{"role": "user", "content": QUESTION}]) as stream:
        events = list(stream)
        final = stream.get_final_response()
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert final.output_text == client.responses.create(model="mini", input=QUESTION).output_text


def test_its_events_are_openais(simulator: Served) -> None:
    body = {"model": "mini", "input": "What about get weather?", "tools": [WEATHER], "stream": True}
    lines = HTTP.post(f"{simulator.url}/v1/responses", json=body).text.splitlines()
    read = [_EVENTS.validate_json(line.removeprefix("data: "), strict=True) for line in lines if line[:5] == "data:"]
    assert [line.removeprefix("event: ") for line in lines if line[:6] == "event:"] == [each.type for each in read]


def test_a_tool_that_the_question_names_is_called(client: OpenAI) -> None:
    asked = "Get weather in Paris"
    (call,) = client.responses.create(model="mini", input=asked, tools=[WEATHER]).output
    assert call.type == "function_call"
    assert (call.name, call.arguments) == ("get_weather", '{"city":"Get weather in Paris"}')
    chat = client.chat.completions.create(model="mini", messages=[{"role": "user", "content": asked}], tools=[NESTED])
    (said,) = chat.choices
    assert (said.finish_reason, said.message.content) == ("tool_calls", None)
    assert said.message.tool_calls is not None
    assert said.message.tool_calls[0].to_dict()["function"] == {"name": call.name, "arguments": call.arguments}


@pytest.mark.parametrize(
    ("choice", "kind"),
    [
        ("auto", "message"),
        ("none", "message"),
        ("required", "function_call"),
        ({"type": "function", "name": "get_weather"}, "function_call"),
    ],
)
def test_a_tool_is_called_when_it_must_be(client: OpenAI, choice: Any, kind: str) -> None:
    (item,) = client.responses.create(model="mini", input=QUESTION, tools=[WEATHER], tool_choice=choice).output
    assert item.type == kind


def test_what_a_tool_gave_is_answered_in_words(client: OpenAI) -> None:
    items: list[Any] = [
        {"role": "user", "content": QUESTION},
        {"type": "function_call", "call_id": "c", "name": "get_weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "sunny"},
    ]
    response = client.responses.create(model="mini", input=items, tools=[WEATHER], tool_choice="required")
    assert response.output_text == "sunny"


@pytest.mark.parametrize("stream", [False, True])
def test_a_response_fails_as_told(client: OpenAI, stream: bool) -> None:
    with pytest.raises(openai.RateLimitError):
        client.responses.create(model="m", input="i", stream=stream, extra_body={"x_simulate": {"fault": "429"}})


def test_a_streamed_response_may_drop(simulator: Served) -> None:
    body = {"model": "mini", "input": QUESTION, "stream": True, "x_simulate": {"fault": "drop"}}
    with pytest.raises(httpx.RemoteProtocolError):
        HTTP.post(f"{simulator.url}/v1/responses", json=body)


def test_the_same_text_has_the_same_vector_of_length_one(client: OpenAI) -> None:
    made = client.embeddings.create(model="small", input=["one", "two", "one"], encoding_format="float")
    first, second, third = (each.embedding for each in made.data)
    assert first == third != second
    assert math.hypot(*first) == pytest.approx(1)
    assert len(first) == 1536
    assert (made.usage.prompt_tokens, made.usage.total_tokens) == (3, 3)


def test_a_vector_comes_packed_and_as_long_as_it_is_wanted(simulator: Served, client: OpenAI) -> None:
    body = {"model": "small", "input": "one", "dimensions": 8}
    packed = HTTP.post(f"{simulator.url}/v1/embeddings", json={**body, "encoding_format": "base64"}).json()
    plain = HTTP.post(f"{simulator.url}/v1/embeddings", json=body).json()["data"][0]["embedding"]
    assert struct.unpack("<8f", base64.b64decode(packed["data"][0]["embedding"])) == pytest.approx(tuple(plain))
    # OpenAI's client asks for it packed, and unpacks it.
    assert client.embeddings.create(**body).data[0].embedding == pytest.approx(plain)


@pytest.mark.parametrize("given", [[], "", ["one", ""], None, [1.5]])
def test_nothing_cannot_be_embedded(client: OpenAI, given: Any) -> None:
    with pytest.raises(openai.BadRequestError):
        client.embeddings.create(model="small", input=given)


@pytest.mark.parametrize("wrong", [{"dimensions": 0}, {"dimensions": 5000}, {"encoding_format": "hex"}])
def test_an_odd_wish_is_refused(client: OpenAI, wrong: dict[str, Any]) -> None:
    with pytest.raises(openai.BadRequestError):
        client.embeddings.create(model="small", input="one", **wrong)


def test_embeddings_fail_as_told(client: OpenAI) -> None:
    with pytest.raises(openai.InternalServerError):
        client.embeddings.create(model="small", input="one", extra_body={"x_simulate": {"fault": "500"}})


def test_tokens_can_be_embedded(client: OpenAI) -> None:
    made = client.embeddings.create(model="small", input=[[1, 2, 3], [4]])
    assert (len(made.data), made.usage.prompt_tokens) == (2, 4)
