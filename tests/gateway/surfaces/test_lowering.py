"""Responses calls as chat completions."""

from typing import Any

import pytest
from hypothesis import given
from openai.types.chat import CompletionCreateParams
from pydantic import TypeAdapter

from gateway.dialects.dialect import Unsupported
from tests.gateway.surfaces.answers import SURFACE, completion, said

_CHAT: TypeAdapter[Any] = TypeAdapter(CompletionCreateParams)
ASKED: dict[str, Any] = {"model": "mini", "input": "Hello"}
LOOK_UP = {"type": "function", "name": "look_up", "description": "An order.", "parameters": {}, "strict": True}
NESTED = {
    "type": "function",
    "function": {"name": "look_up", "description": "An order.", "parameters": {}, "strict": True},
}
CALL = {"type": "function_call", "call_id": "c1", "name": "look_up", "arguments": "{}"}
TOOL_CALL = {"id": "c1", "type": "function", "function": {"name": "look_up", "arguments": "{}"}}
OUTPUT = {"type": "function_call_output", "call_id": "c1", "output": "sent"}


def lowered(**body: Any) -> dict[str, Any]:
    """OpenAI's own types take it for a chat completion's."""
    made = SURFACE.lowered({**ASKED, **body})
    _CHAT.validate_python(made)
    return made


def messages(*items: Any) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = lowered(input=list(items))["messages"]
    return made


def test_a_text_is_what_the_user_says() -> None:
    assert lowered() == {"model": "mini", "messages": [{"role": "user", "content": "Hello"}]}


def test_instructions_come_first() -> None:
    said = lowered(instructions="Be brief.")["messages"]
    assert said == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}]


@pytest.mark.parametrize("role", ["system", "developer"])
def test_what_a_developer_says_is_the_systems(role: str) -> None:
    assert messages({"role": role, "content": "Be brief."}) == [{"role": "system", "content": "Be brief."}]


def test_parts_of_a_message_have_their_like() -> None:
    content = [
        {"type": "input_text", "text": "What is this?"},
        {"type": "input_image", "image_url": "data:image/png;base64,AA", "detail": "low"},
        {"type": "input_file", "file_data": "data:application/pdf;base64,AA", "filename": "a.pdf"},
        {"type": "input_audio", "input_audio": {"data": "AA", "format": "mp3"}},
    ]
    assert messages({"type": "message", "role": "user", "content": content})[0]["content"] == [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA", "detail": "low"}},
        {"type": "file", "file": {"file_data": "data:application/pdf;base64,AA", "filename": "a.pdf"}},
        {"type": "input_audio", "input_audio": {"data": "AA", "format": "mp3"}},
    ]


def test_calls_side_by_side_are_one_message() -> None:
    second = {**CALL, "call_id": "c2"}
    assert messages({"role": "user", "content": "Two orders."}, CALL, second, OUTPUT, {**OUTPUT, "call_id": "c2"}) == [
        {"role": "user", "content": "Two orders."},
        {"role": "assistant", "content": None, "tool_calls": [TOOL_CALL, {**TOOL_CALL, "id": "c2"}]},
        {"role": "tool", "tool_call_id": "c1", "content": "sent"},
        {"role": "tool", "tool_call_id": "c2", "content": "sent"},
    ]


def test_what_is_said_with_a_call_is_in_its_message() -> None:
    spoken = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Let me see."}]}
    assert messages(spoken, {"type": "reasoning", "summary": []}, CALL, OUTPUT)[0] == {
        "role": "assistant",
        "content": "Let me see.",
        "tool_calls": [TOOL_CALL],
    }


def test_nothing_comes_between_a_call_and_its_output() -> None:
    roles = [each["role"] for each in messages(CALL, {"role": "assistant", "content": "A moment."}, OUTPUT)]
    assert roles == ["assistant", "tool"]


def test_calls_in_turn_are_messages_of_their_own() -> None:
    roles = [each["role"] for each in messages(CALL, OUTPUT, {**CALL, "call_id": "c2"}, {**OUTPUT, "call_id": "c2"})]
    assert roles == ["assistant", "tool", "assistant", "tool"]


def test_an_output_in_parts_is_their_text() -> None:
    parts = [{"type": "input_text", "text": "se"}, {"type": "input_text", "text": "nt"}]
    assert messages(CALL, {**OUTPUT, "output": parts})[1]["content"] == "sent"


def test_a_tool_of_plain_text_has_its_call_and_its_output() -> None:
    call = {"type": "custom_tool_call", "call_id": "c1", "name": "sql", "input": "select 1"}
    said = messages(call, {"type": "custom_tool_call_output", "call_id": "c1", "output": "1"})
    assert said[0]["tool_calls"] == [{"id": "c1", "type": "custom", "custom": {"name": "sql", "input": "select 1"}}]
    assert said[1] == {"role": "tool", "tool_call_id": "c1", "content": "1"}


def test_a_refusal_is_said_as_one() -> None:
    parts = [{"type": "refusal", "refusal": "No."}]
    assert messages({"role": "assistant", "content": parts}) == [
        {"role": "assistant", "content": None, "refusal": "No."}
    ]


def test_tools_are_put_into_an_object_of_their_own() -> None:
    grammar = {"type": "grammar", "syntax": "lark", "definition": "start: /a/"}
    custom = {"type": "custom", "name": "sql", "format": grammar}
    made = lowered(tools=[LOOK_UP, custom], parallel_tool_calls=False)
    assert made["parallel_tool_calls"] is False
    assert made["tools"] == [
        NESTED,
        {
            "type": "custom",
            "custom": {
                "name": "sql",
                "format": {"type": "grammar", "grammar": {"syntax": "lark", "definition": "start: /a/"}},
            },
        },
    ]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("required", "required"),
        ({"type": "function", "name": "look_up"}, {"type": "function", "function": {"name": "look_up"}}),
        ({"type": "custom", "name": "sql"}, {"type": "custom", "custom": {"name": "sql"}}),
        (
            {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "look_up"}]},
            {
                "type": "allowed_tools",
                "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "look_up"}}]},
            },
        ),
    ],
)
def test_the_choice_of_a_tool_has_its_like(choice: Any, expected: Any) -> None:
    assert lowered(tools=[LOOK_UP], tool_choice=choice)["tool_choice"] == expected


def test_without_tools_nothing_is_said_of_them() -> None:
    assert lowered(tools=[], tool_choice="auto", parallel_tool_calls=True) == lowered()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"max_output_tokens": 9}, {"max_completion_tokens": 9}),
        ({"reasoning": {"effort": "low", "summary": "auto"}}, {"reasoning_effort": "low"}),
        ({"text": {"verbosity": "low"}}, {"verbosity": "low"}),
        ({"text": {"format": {"type": "text"}}}, {}),
        ({"text": {"format": {"type": "json_object"}}}, {"response_format": {"type": "json_object"}}),
        (
            {"text": {"format": {"type": "json_schema", "name": "n", "schema": {}, "strict": True}}},
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "n", "schema": {}, "strict": True},
                }
            },
        ),
        ({"top_logprobs": 3}, {"logprobs": True, "top_logprobs": 3}),
        ({"include": ["message.output_text.logprobs"]}, {"logprobs": True}),
        ({"include": ["reasoning.encrypted_content"]}, {}),
        ({"stream": True}, {"stream": True, "stream_options": {"include_usage": True}}),
        ({"temperature": 0.2, "top_p": 0.9}, {"temperature": 0.2, "top_p": 0.9}),
        ({"user": "ann", "safety_identifier": "a1"}, {"user": "ann", "safety_identifier": "a1"}),
        (
            {"service_tier": "flex", "prompt_cache_key": "k", "prompt_cache_retention": "24h"},
            {"service_tier": "flex", "prompt_cache_key": "k", "prompt_cache_retention": "24h"},
        ),
        ({"store": True, "metadata": {"a": "b"}}, {"store": True, "metadata": {"a": "b"}}),
        # OpenAI refuses the metadata of what is not stored.
        ({"metadata": {"a": "b"}}, {}),
        ({"store": False, "truncation": "auto", "background": False, "previous_response_id": None}, {}),
        ({"x_simulate": {"fault": "429"}, "sources": []}, {"x_simulate": {"fault": "429"}, "sources": []}),
        # They would go round max_output_tokens.
        ({"n": 5, "max_tokens": 9000, "max_completion_tokens": 9000}, {}),
        ({"prompt": {"name": "greeting"}}, {"prompt": {"name": "greeting"}}),
        ({"prompt": "greeting@v2"}, {"prompt": "greeting@v2"}),
    ],
)  # fmt: skip
def test_fields_have_their_like(given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert SURFACE.lowered({**ASKED, **given}) == {**lowered(), **expected}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"previous_response_id": "resp_1"}, "send the earlier items in input"),
        ({"conversation": "conv_1"}, "send the earlier items in input"),
        ({"prompt": {"id": "pmpt_1"}}, "name one of this gateway"),
        ({"tools": [{"type": "web_search"}]}, "the tool web_search"),
        ({"tools": [{"type": "mcp", "server_label": "a"}]}, "the tool mcp"),
        ({"tool_choice": {"type": "file_search"}}, "tool_choice file_search"),
        ({"text": {"format": {"type": "grammar"}}}, "text.format"),
        ({"input": [{"type": "item_reference", "id": "msg_1"}]}, "send the item itself"),
        ({"input": [{"id": "msg_1"}]}, "send the item itself"),
        ({"input": [{"type": "web_search_call", "id": "ws_1"}]}, "web_search_call"),
        ({"input": [{"type": "compaction", "encrypted_content": "x"}]}, "compaction"),
        ({"input": [{"role": "user", "content": [{"type": "input_image", "file_id": "f"}]}]}, "send image_url"),
        ({"input": [{"role": "user", "content": [{"type": "input_file", "file_url": "u"}]}]}, "send file_data"),
        ({"input": [{**OUTPUT, "output": [{"type": "input_image", "image_url": "u"}]}]}, "in the output of a tool"),
        ({"input": ["Hello"]}, "no object"),
        ({"input": {"role": "user"}}, "neither a text nor a list"),
    ],
)
def test_what_no_chat_completion_has_is_said(given: dict[str, Any], words: str) -> None:
    with pytest.raises(Unsupported, match=words):
        SURFACE.lowered({**ASKED, **given})


@given(said())
def test_an_answer_sent_back_keeps_its_words_and_its_calls(spoken: dict[str, Any]) -> None:
    answered = SURFACE.raised(completion(spoken))
    (message,) = SURFACE.lowered({"model": "mini", "input": answered["output"]})["messages"]
    original = completion(spoken)["choices"][0]["message"]
    assert message.get("tool_calls") == original.get("tool_calls")
    assert (message["content"] or "", message.get("refusal")) == (original["content"] or "", original["refusal"])
