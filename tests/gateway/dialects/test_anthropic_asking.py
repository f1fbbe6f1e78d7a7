"""A conversation, and what is asked of it, in the shape of Anthropic's Messages API."""

from typing import Any

import pytest

from gateway.config import Api, Model
from gateway.dialects.dialect import Unsupported
from tests.gateway.dialects.anthropic import DIALECT, HELLO, ask, assistant, call, result, talk, text, user
from tests.gateway.factories import make_provider


def test_a_plain_question() -> None:
    assert ask() == {
        "model": "claude-sonnet-5-5",
        "max_tokens": 16_384,
        "messages": [{"role": "user", "content": [text("Hello")]}],
    }


def test_a_stream_is_asked_for_as_one() -> None:
    assert ask(is_relayed=True, stream=True, stream_options={"include_usage": True}) == {**ask(), "stream": True}


def test_what_the_system_and_the_developer_say_stands_apart_in_its_order() -> None:
    asked = ask(
        messages=[
            {"role": "system", "content": "Be brief."},
            user("Hello"),
            {"role": "developer", "content": [text("In German.")]},
        ]
    )
    assert asked["system"] == [text("Be brief."), text("In German.")]
    assert asked["messages"] == [{"role": "user", "content": [text("Hello")]}]


def test_those_who_speak_twice_in_a_row_speak_once() -> None:
    turns = talk(user("One"), user("Two"), assistant("Three"), assistant("Four"), user("Five"))
    assert [(turn["role"], len(turn["content"])) for turn in turns] == [("user", 2), ("assistant", 2), ("user", 1)]


@pytest.mark.parametrize("nothing", ["", "  \n", None, [], [text("")]])
def test_what_says_nothing_is_left_out(nothing: Any) -> None:
    assert talk(user("One"), assistant(nothing), user(nothing), user("Two")) == [
        {"role": "user", "content": [text("One"), text("Two")]}
    ]


def test_a_call_with_nothing_but_a_system_message_asks_that() -> None:
    asked = ask(messages=[{"role": "system", "content": "Write a poem."}])
    assert asked["messages"] == [{"role": "user", "content": [text("Write a poem.")]}]
    assert "system" not in asked


def test_the_user_speaks_first() -> None:
    assert talk(assistant("Welcome."), user("Hello"))[0] == {"role": "user", "content": [text("…")]}


def test_an_older_model_goes_on_in_the_last_words_of_the_assistant() -> None:
    assert talk(*HELLO, assistant("My name is "), model="claude-sonnet-4-5")[-1] == {
        "role": "assistant",
        "content": [text("My name is")],
    }


def test_a_newer_one_is_told_to() -> None:
    assert talk(*HELLO, assistant("My name is "))[-1] == {"role": "user", "content": [text("Continue.")]}


def test_a_refusal_is_what_the_assistant_said() -> None:
    assert talk(*HELLO, assistant(None, refusal="No."), user("Why?"))[1]["content"] == [text("No.")]
    assert talk(*HELLO, assistant([{"type": "refusal", "refusal": "No."}]), user("Why?"))[1]["content"] == [text("No.")]


def test_names_are_told_where_several_people_speak() -> None:
    assert talk(user("Hi", name="ann"))[0]["content"] == [text("Hi")]
    assert talk(user("Hi", name="ann"), user("Ho", name="bob"))[0]["content"] == [
        *(text("ann:"), text("Hi")),
        *(text("bob:"), text("Ho")),
    ]


def test_thoughts_that_the_caller_kept_go_back_first() -> None:
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
    turns = talk(*HELLO, assistant("Yes", thinking_blocks=[thought], tool_calls=[call("a")]), result("a"))
    assert [block["type"] for block in turns[1]["content"]] == ["thinking", "text", "tool_use"]


@pytest.mark.parametrize(
    ("body", "most"),
    [
        ({"max_tokens": 7}, 7),
        ({"max_completion_tokens": 8, "max_tokens": 7}, 8),
        ({"max_tokens": None}, 16_384),
        ({}, 16_384),
    ],
)
def test_an_answer_has_a_bound(body: dict[str, Any], most: int) -> None:
    assert ask(**body)["max_tokens"] == most


def test_the_oldest_models_have_a_lower_one() -> None:
    assert ask("claude-3-haiku-20240307")["max_tokens"] == 4_096


@pytest.mark.parametrize(("stop", "told"), [("END", ["END"]), (["a", "b"], ["a", "b"]), (["", "a"], ["a"])])
def test_stops(stop: Any, told: list[str]) -> None:
    assert ask(stop=stop)["stop_sequences"] == told


@pytest.mark.parametrize(
    ("body", "user_id"),
    [
        ({"safety_identifier": "u-17", "user": "ann@customer.example"}, "u-17"),
        ({"user": "ann@customer.example"}, "hidden:20"),
        ({"safety_identifier": "x" * 300}, "hidden:300"),
    ],
)
def test_the_user_is_an_id_that_names_nobody(body: dict[str, Any], user_id: str) -> None:
    assert ask(**body)["metadata"] == {"user_id": user_id}


@pytest.mark.parametrize(
    ("model", "body", "sent"),
    [
        ("claude-sonnet-4-6", {"temperature": 0.3}, {"temperature": 0.3}),
        ("claude-sonnet-4-6", {"temperature": 1.7}, {"temperature": 1}),
        ("claude-sonnet-4-6", {"temperature": 0, "top_p": 0.5}, {"temperature": 0}),
        ("claude-sonnet-4-6", {"top_p": 0.5, "top_k": 3}, {"top_p": 0.5, "top_k": 3}),
        ("claude-sonnet-4-6", {"temperature": 0.3, "reasoning_effort": "high"}, {}),
        ("claude-sonnet-5-5", {"temperature": 0.3, "top_p": 0.5, "top_k": 3}, {}),
        ("a-proxy's-name", {"temperature": 0.3}, {}),
    ],
)
def test_sampling_is_told_to_models_that_heed_it(model: str, body: dict[str, Any], sent: dict[str, Any]) -> None:
    asked = ask(model, **body)
    assert {name: asked[name] for name in ("temperature", "top_p", "top_k") if name in asked} == sent


def test_what_changes_nothing_of_the_answers_meaning_is_left_out() -> None:
    silent: dict[str, Any] = {
        **{"seed": 1, "store": True, "metadata": {"a": "b"}, "service_tier": "auto", "n": 1, "logprobs": False},
        **{"frequency_penalty": 0.5, "presence_penalty": 0.5, "prediction": {}, "verbosity": "low", "user": ""},
        **{"modalities": ["text"], "anthropic_version": "x", "stop": None, "tools": None, "sent_by_mistake": 1},
    }
    assert ask(**silent) == ask()


def test_what_is_anthropics_own_passes() -> None:
    asked = ask(
        thinking={"type": "adaptive", "display": "summarized"},
        output_config={"effort": "max"},
        cache_control={"type": "ephemeral", "ttl": "1h"},
    )
    assert asked["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert asked["output_config"] == {"effort": "max"}
    assert asked["cache_control"] == {"type": "ephemeral"}


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ({"n": 2}, "n above 1"),
        ({"logprobs": True}, "logprobs"),
        ({"top_logprobs": 3}, "top_logprobs"),
        ({"logit_bias": {"50256": -100}}, "logit_bias"),
        ({"audio": {"voice": "alloy"}}, "audio"),
        ({"modalities": ["text", "audio"]}, "modalities other than text"),
        ({"web_search_options": {"user_location": {}}}, "web_search_options"),
        ({"inference_geo": "us"}, "inference_geo"),
        ({"speed": "fast"}, "speed other than standard"),
        ({"stop": ["\n\n"]}, "a stop of white space only"),
        ({"reasoning_effort": "enormous"}, "reasoning_effort enormous"),
        ({"response_format": {"type": "grammar"}}, "this response_format"),
        ({"max_tokens": "many"}, "max_tokens that is no whole number"),
        ({"messages": "Hello"}, "messages that are string, not array"),
        ({"messages": [*HELLO, 5]}, r"messages\[1\] that is number, not object"),
        ({"messages": [*HELLO, {"role": "user", "content": 7}]}, r"messages\[1\]: content that is number, neither"),
        ({"messages": [{"role": "user", "content": [None]}]}, r"messages\[0\]: a part of content that is null"),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": {}}]}]},
            "whose text is object, not string",
        ),
        ({"messages": [{"content": "Hello"}]}, "a message of role null"),
        ({"messages": [{"role": "critic", "content": "Hello"}]}, "a message of role critic"),
        ({"messages": [assistant(audio={"id": "a"})]}, "an answer in audio"),
    ],
)
def test_what_it_has_nothing_for_is_said(body: dict[str, Any], what: str) -> None:
    with pytest.raises(Unsupported, match=what):
        ask(**body)


def test_only_the_simulator_is_told_how_to_fail() -> None:
    body = {"messages": HELLO, "x_simulate": {"fault": "429"}}
    simulated = Model("m", "m", make_provider(api=Api.ANTHROPIC, simulated=True))
    real = Model("m", "m", make_provider(api=Api.ANTHROPIC))
    assert DIALECT.request(body, simulated, is_relayed=False)["x_simulate"] == {"fault": "429"}
    assert "x_simulate" not in DIALECT.request(body, real, is_relayed=False)
