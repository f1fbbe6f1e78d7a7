"""Whatever a caller or a provider sends, it is read, or refused in the way that is meant for it."""

from contextlib import suppress
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from gateway.dialects.dialect import Unsupported
from gateway.sse import Malformed
from tests.gateway.dialects.anthropic import DIALECT, NEWEST, ask, event, read

WORDS = st.sampled_from(
    [
        *("type", "text", "content", "role", "user", "assistant", "tool", "function", "name", "id", "image_url", "url"),
        *("file", "file_data", "tool_calls", "arguments", "json_schema", "schema", "object", "properties", "$ref"),
        *(
            "anyOf",
            "enum",
            "tool_use",
            "thinking",
            "delta",
            "text_delta",
            "index",
            "stop_reason",
            "usage",
            "cache_control",
        ),
    ]
)
SIMPLE = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(0, 2) | WORDS
ANYTHING = st.recursive(
    SIMPLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=8
)
FIELDS = st.sampled_from(
    [
        *("messages", "tools", "functions", "tool_choice", "function_call", "parallel_tool_calls", "response_format"),
        *("stop", "max_tokens", "max_completion_tokens", "temperature", "top_p", "top_k", "reasoning_effort", "user"),
        *("safety_identifier", "n", "modalities", "thinking", "output_config", "cache_control", "logit_bias", "speed"),
    ]
)
PARTS = st.dictionaries(WORDS, ANYTHING, max_size=4)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["system", "user", "assistant", "tool", "function"])},
        optional={
            "content": ANYTHING | st.lists(PARTS, max_size=3),
            "name": ANYTHING,
            "tool_calls": ANYTHING | st.lists(PARTS, max_size=2),
            "function_call": ANYTHING,
            "tool_call_id": ANYTHING,
            "refusal": ANYTHING,
            "thinking_blocks": ANYTHING,
        },
    ),
    max_size=4,
)
KINDS = st.sampled_from(
    [
        *("message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta"),
        *("error", "ping", "message_stop", "later"),
    ]
)
EVENTS = st.tuples(
    KINDS,
    st.fixed_dictionaries(
        {},
        optional={
            "message": PARTS,
            "content_block": PARTS,
            "delta": PARTS,
            "usage": ANYTHING,
            "index": SIMPLE,
            "error": ANYTHING,
        },
    ),
)


@given(st.dictionaries(FIELDS, ANYTHING, max_size=3), st.sampled_from([NEWEST, "claude-haiku-4-5", "claude-3-opus"]))
def test_any_field_of_a_call(body: dict[str, Any], model: str) -> None:
    with suppress(Unsupported):
        assert ask(model, **body)["messages"]


@given(MESSAGES)
def test_any_message_of_a_call(messages: list[Any]) -> None:
    with suppress(Unsupported):
        assert ask(messages=messages)["messages"]


def test_a_call_as_deep_as_json_may_be() -> None:
    deep: Any = {"type": "document"}
    for _ in range(240):
        deep = {"type": "document", "content": deep}
    assert ask(messages=[{"role": "user", "content": [deep]}])["messages"]


@given(st.lists(ANYTHING, max_size=4), ANYTHING, ANYTHING)
def test_any_message_of_a_provider(content: list[Any], usage: Any, reason: Any) -> None:
    said = {"type": "message", "content": content, "usage": usage, "stop_reason": reason, "stop_details": usage}
    answer = DIALECT.answer(b"", said)
    assert answer is not None
    assert orjson.loads(answer.data) == answer.message


@given(st.lists(EVENTS, max_size=6))
def test_any_event_of_a_provider(events: list[tuple[str, dict[str, Any]]]) -> None:
    chunks: list[dict[str, Any]] = []
    with suppress(Malformed):
        chunks, _ = read(*(event(kind, **data) for kind, data in events))
    assert {chunk["object"] for chunk in chunks} <= {"chat.completion.chunk"}
