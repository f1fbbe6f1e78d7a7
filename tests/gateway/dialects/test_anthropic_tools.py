"""Tools: declared, chosen, called, answered."""

from typing import Any

import orjson
import pytest

from gateway.dialects.dialect import Unsupported
from tests.gateway.dialects.anthropic import (
    CLOCK,
    HELLO,
    WEATHER,
    ask,
    assistant,
    call,
    completion,
    result,
    talk,
    text,
    use,
    user,
)

OLDER = "claude-sonnet-4-6"
SCHEMA = WEATHER["function"]["parameters"]


def choose(choice: Any, model: str = OLDER, **body: Any) -> Any:
    return ask(model, tools=[WEATHER, CLOCK], tool_choice=choice, **body).get("tool_choice")


def named(name: str) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name}}


def test_tools_are_declared_with_a_schema() -> None:
    assert ask(tools=[WEATHER, CLOCK])["tools"] == [
        {"name": "weather", "description": "Of a city, now.", "input_schema": SCHEMA},
        {"name": "clock", "input_schema": {"type": "object", "properties": {}}},
    ]


def test_a_strict_tool_is_strict_where_its_schema_can_be() -> None:
    strict = {"type": "function", "function": {**WEATHER["function"], "strict": True}}
    loose = {"type": "function", "function": {"name": "any", "parameters": {"type": "object"}, "strict": True}}
    first, second = ask(tools=[strict, loose])["tools"]
    assert (first["strict"], first["input_schema"]) == (True, {**SCHEMA, "additionalProperties": False})
    assert "strict" not in second
    assert "strict" not in ask("claude-sonnet-4-20250514", tools=[strict])["tools"][0]


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        (None, None),
        ("auto", None),
        ("none", {"type": "none"}),
        ("required", {"type": "any"}),
        (named("clock"), {"type": "tool", "name": "clock"}),
    ],
)
def test_how_tools_may_be_used(choice: Any, told: Any) -> None:
    assert choose(choice) == told


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("auto", {"type": "auto", "disable_parallel_tool_use": True}),
        ("required", {"type": "any", "disable_parallel_tool_use": True}),
        ("none", {"type": "none"}),
    ],
)
def test_one_at_a_time(choice: Any, told: Any) -> None:
    assert choose(choice, parallel_tool_calls=False) == told


def test_a_choice_among_some_declares_those() -> None:
    among = {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [named("clock")]}}
    asked = ask(OLDER, tools=[WEATHER, CLOCK], tool_choice=among)
    assert ([tool["name"] for tool in asked["tools"]], asked["tool_choice"]) == (["clock"], {"type": "any"})


@pytest.mark.parametrize("model", ["claude-sonnet-5-5", "claude-opus-5-5", "claude-fable-5"])
@pytest.mark.parametrize("choice", ["required", named("clock")])
def test_a_model_that_cannot_be_made_to_use_a_tool_is_passed_over(model: str, choice: Any) -> None:
    with pytest.raises(Unsupported, match="tool_choice that forces a tool"):
        choose(choice, model)


@pytest.mark.parametrize("choice", [{"type": "custom"}, {"type": "allowed_tools"}, "sometimes"])
def test_an_unknown_choice_is_said(choice: Any) -> None:
    with pytest.raises(Unsupported, match="this tool_choice"):
        choose(choice)


@pytest.mark.parametrize("tool", [{"type": "custom", "custom": {"name": "a"}}, {"type": "web_search_20260318"}, "a"])
def test_tools_of_other_kinds_are_said(tool: Any) -> None:
    with pytest.raises(Unsupported, match="tools of type"):
        ask(tools=[tool])


def test_several_calls_and_their_results() -> None:
    turns = talk(
        *HELLO,
        assistant("Let me see.", tool_calls=[call("a"), call("b", "clock", "")]),
        result("a"),
        user("And?"),
        result("b", [text("10:00")], is_error=True),
        tools=[WEATHER, CLOCK],
    )
    assert turns[1:] == [
        {"role": "assistant", "content": [text("Let me see."), use("a", "weather", city="Bern"), use("b", "clock")]},
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "a", "content": [text("Rain")]},
                {"type": "tool_result", "tool_use_id": "b", "content": [text("10:00")], "is_error": True},
                text("And?"),
            ],
        },
    ]


def test_an_empty_result_is_one() -> None:
    turns = talk(*HELLO, assistant(tool_calls=[call("a")]), result("a", ""), tools=[WEATHER])
    assert turns[2]["content"] == [{"type": "tool_result", "tool_use_id": "a"}]


@pytest.mark.parametrize(("arguments", "given"), [("{broken", "{broken"), ("[1]", "[1]"), ("null", "null")])
def test_arguments_that_are_no_object_are_still_told(arguments: str, given: str) -> None:
    turns = talk(*HELLO, assistant(tool_calls=[call("a", arguments=arguments)]), result("a"))
    assert turns[1]["content"][0]["input"] == {"arguments": given}


def test_an_id_of_another_providers_is_the_same_good_one_in_call_and_result() -> None:
    turns = talk(*HELLO, assistant(tool_calls=[call("functions.weather:0")]), result("functions.weather:0"))
    call_id = turns[1]["content"][0]["id"]
    assert call_id.replace("_", "").isalnum()
    assert turns[2]["content"][0]["tool_use_id"] == call_id


def test_tools_of_an_earlier_turn_are_declared_and_may_not_be_called() -> None:
    asked = ask(messages=[*HELLO, assistant(tool_calls=[call("a")]), result("a")])
    assert [tool["name"] for tool in asked["tools"]] == ["weather"]
    assert asked["tool_choice"] == {"type": "none"}


def test_functions_of_the_time_before_tools() -> None:
    asked = ask(
        OLDER,
        messages=[
            *HELLO,
            assistant(function_call={"name": "weather", "arguments": '{"city":"Bern"}'}),
            {"role": "function", "name": "weather", "content": "Rain"},
        ],
        functions=[WEATHER["function"]],
        function_call={"name": "weather"},
    )
    name = asked["tools"][0]["name"]
    assert asked["tool_choice"] == {"type": "tool", "name": name, "disable_parallel_tool_use": True}
    called, answered = asked["messages"][1]["content"][0], asked["messages"][2]["content"][0]
    assert (called["name"], called["input"]) == (name, {"city": "Bern"})
    assert answered["tool_use_id"] == called["id"]


def test_who_declared_functions_is_answered_in_them() -> None:
    name = ask(functions=[WEATHER["function"]])["tools"][0]["name"]
    choice = completion(use(name=name, city="Bern"), stop_reason="tool_use")["choices"][0]
    assert choice["finish_reason"] == "function_call"
    assert choice["message"]["function_call"] == {"name": "weather", "arguments": '{"city":"Bern"}'}
    assert "tool_calls" not in choice["message"]


def test_what_the_model_said_comes_back_to_it_unchanged() -> None:
    said = [text("Let me see."), use("a", "weather", city="Bern", days=[1, 2.5, None]), use("b", "clock")]
    answer = completion(*said, stop_reason="tool_use")["choices"][0]["message"]
    turns = talk(*HELLO, answer, result("a"), result("b"), tools=[WEATHER, CLOCK])
    assert turns[1]["content"] == said
    assert orjson.loads(answer["tool_calls"][0]["function"]["arguments"]) == said[1]["input"]


@pytest.mark.parametrize("broken", ["weather", {"id": "a"}, {"id": "a", "type": "custom", "custom": {}}])
def test_a_call_that_is_none_is_said(broken: Any) -> None:
    with pytest.raises(Unsupported, match="a call of a tool that is no function"):
        talk(*HELLO, assistant(tool_calls=[broken]))
