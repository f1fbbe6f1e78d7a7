"""Calls of tools, as the real client sees them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from openai import OpenAI

from tests.gateway.processes import Served, serving

TRACK: Any = {
    "type": "function",
    "function": {
        "name": "track_parcel",
        "description": "Where a parcel is.",
        "parameters": {
            "type": "object",
            "properties": {
                "number": {"type": "integer"},
                "carrier": {"type": "string", "enum": ["post", "courier"]},
                "note": {"type": "string"},
            },
        },
    },
}
CANCEL: Any = {"type": "function", "function": {"name": "cancel_order", "description": "Call an order off."}}
QUESTION = 'Track parcel 4711 of the courier, please: "it is urgent".'
ARGUMENTS = {"number": 4711, "carrier": "courier", "note": "it is urgent"}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Served]:
    with serving("aiops.simulator", "--chunk-delay-ms", "0") as served:
        yield served


@pytest.fixture
def client(simulator: Served) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{simulator.url}/v1", api_key="any", max_retries=0) as client:
        yield client


def ask(client: OpenAI, question: str = QUESTION, *more: Any, **values: Any) -> Any:
    messages: list[Any] = [{"role": "user", "content": question}, *more]
    body: dict[str, Any] = {"tools": [CANCEL, TRACK], **values}
    return client.chat.completions.create(model="sim", messages=messages, **body)


def test_a_tool_that_the_question_names_is_called_with_what_it_says(client: OpenAI) -> None:
    choice = ask(client).choices[0]
    call = choice.message.tool_calls[0]
    assert (choice.finish_reason, choice.message.content) == ("tool_calls", None)
    assert (call.function.name, json.loads(call.function.arguments)) == ("track_parcel", ARGUMENTS)


def test_a_streamed_call_is_the_same(client: OpenAI) -> None:
    whole = ask(client)
    with client.chat.completions.stream(
        model="sim", messages=[{"role": "user", "content": QUESTION}], tools=[CANCEL, TRACK]
    ) as stream:
        final = stream.get_final_completion()
    said = final.choices[0].message.tool_calls
    assert said is not None
    assert [call.id for call in said] == [whole.choices[0].message.tool_calls[0].id]
    assert json.loads(said[0].function.arguments) == ARGUMENTS
    assert final.choices[0].finish_reason == "tool_calls"


@pytest.mark.parametrize(
    ("choice", "name"),
    [("required", "cancel_order"), ({"type": "function", "function": {"name": "track_parcel"}}, "track_parcel")],
)
def test_a_tool_that_is_demanded_is_called_whatever_is_asked(client: OpenAI, choice: Any, name: str) -> None:
    answered = ask(client, "Where is it?", tool_choice=choice)
    assert answered.choices[0].message.tool_calls[0].function.name == name


@pytest.mark.parametrize(
    ("question", "values"),
    [("How do I send a parcel back?", {}), (QUESTION, {"tool_choice": "none"}), (QUESTION, {"tools": []})],
)
def test_otherwise_there_is_an_answer_in_words(client: OpenAI, question: str, values: dict[str, Any]) -> None:
    choice = ask(client, question, **values).choices[0]
    assert (choice.finish_reason, choice.message.tool_calls) == ("stop", None)
    assert choice.message.content


def test_what_the_tool_gave_back_is_the_answer(client: OpenAI) -> None:
    call = ask(client).choices[0].message
    result = {"role": "tool", "tool_call_id": call.tool_calls[0].id, "content": "It is in Leeds."}
    assert ask(client, QUESTION, call, result).choices[0].message.content == "It is in Leeds."


def test_arguments_are_paid_for_as_output(client: OpenAI) -> None:
    assert ask(client).usage.completion_tokens > 0


def test_another_tool_that_must_be_called_is(client: OpenAI) -> None:
    """As agents have it whose answer is the arguments of a tool."""
    call = ask(client).choices[0].message
    result = {"role": "tool", "tool_call_id": call.tool_calls[0].id, "content": "It is in Leeds."}
    again = ask(client, QUESTION, call, result, tool_choice="required").choices[0].message
    assert [each.function.name for each in again.tool_calls] == ["cancel_order"]
