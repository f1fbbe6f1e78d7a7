"""Any conversation of chat completions is one that Anthropic's API takes, and says the same in it."""

from itertools import chain
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from aiops.simulator import refusals
from tests.gateway.dialects.anthropic import CLOCK, WEATHER, ask, assistant, call, result, user

HEADERS = {b"anthropic-version": b"2023-06-01", b"x-api-key": b"sk"}
MODELS = (
    *("claude-3-7-sonnet-20250219", "claude-sonnet-4-20250514", "claude-opus-4-5", "claude-haiku-4-5-20251001"),
    *("claude-sonnet-4-6", "claude-opus-4-8", "claude-sonnet-5", "claude-sonnet-5-5", "claude-fable-5-2", "a-proxy"),
)
WORDS = st.text(alphabet="ab \n.é", max_size=6)
CONTENT = st.one_of(WORDS, st.none(), st.lists(WORDS.map(lambda words: {"type": "text", "text": words}), max_size=3))
ARGUMENTS = st.sampled_from(["", "{}", '{"city":"Bern"}', "[1]", "{broken"])
IDS = st.lists(st.sampled_from(["call_1", "functions.weather:0", "x y", "é"]), min_size=1, max_size=3, unique=True)


@st.composite
def calls_and_results(draw: st.DrawFn) -> list[dict[str, Any]]:
    ids = draw(IDS)
    calls = [call(each, draw(st.sampled_from(["weather", "clock"])), draw(ARGUMENTS)) for each in ids]
    results = [result(each, draw(CONTENT)) for each in draw(st.permutations(ids))]
    return [assistant(draw(CONTENT), tool_calls=calls), *results]


EXCHANGES = st.one_of(
    CONTENT.map(lambda content: [user(content)]),
    CONTENT.map(lambda content: [assistant(content)]),
    CONTENT.map(lambda content: [{"role": "system", "content": content}]),
    calls_and_results(),
)
# Ids are told apart by what was called before: each is used once.
CONVERSATIONS = st.lists(EXCHANGES, max_size=6).map(lambda exchanges: _renumbered(list(chain.from_iterable(exchanges))))
BODIES = st.fixed_dictionaries(
    {"messages": CONVERSATIONS},
    optional={
        "tools": st.just([WEATHER, CLOCK]),
        "tool_choice": st.sampled_from(["auto", "none"]),
        "parallel_tool_calls": st.booleans(),
        "temperature": st.floats(0, 2),
        "top_p": st.floats(0, 1),
        "reasoning_effort": st.sampled_from(["none", "minimal", "low", "medium", "high", "xhigh"]),
        "max_tokens": st.integers(1, 100_000),
        "stop": st.sampled_from([None, "END", ["a", "b"], []]),
        "user": st.text(max_size=5),
        "response_format": st.sampled_from([{"type": "text"}, {"type": "json_object"}]),
    },
)


def _renumbered(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ids as their own in each exchange of calls and results."""
    number, told = 0, []
    for message in messages:
        number += message["role"] == "assistant"
        calls = [{**each, "id": f"{each['id']}-{number}"} for each in message.get("tool_calls", [])]
        mine = {"tool_call_id": f"{message['tool_call_id']}-{number}"} if "tool_call_id" in message else {}
        told.append({**message, **mine, **({"tool_calls": calls} if calls else {})})
    return told


def said(content: Any) -> list[str]:
    texts = [content] if isinstance(content, str) else [part["text"] for part in content or []]
    return [text for text in texts if text.strip()]


@given(BODIES, st.sampled_from(MODELS))
def test_each_is_taken(body: dict[str, Any], model: str) -> None:
    assert refusals.request_fault(HEADERS, ask(model, **body)) == ""


@given(CONVERSATIONS, st.sampled_from(MODELS))
def test_the_roles_take_turns_and_the_user_begins(messages: list[Any], model: str) -> None:
    roles = [turn["role"] for turn in ask(model, messages=messages)["messages"]]
    assert roles == (["user", "assistant"] * len(roles))[: len(roles)]


@given(CONVERSATIONS)
def test_no_words_are_lost(messages: list[Any]) -> None:
    asked = ask(messages=messages)
    blocks = [*asked.get("system", []), *(block for turn in asked["messages"] for block in turn["content"])]
    told = [text for block in blocks for text in said(block.get("content") or [block] * (block["type"] == "text"))]
    given_ = sorted(text for message in messages for text in said(message["content"]))
    assert sorted(text for text in told if text not in ("…", "Continue.")) == given_


@given(CONVERSATIONS)
def test_no_call_is_lost_and_each_has_its_result(messages: list[Any]) -> None:
    blocks = [block for turn in ask(messages=messages)["messages"] for block in turn["content"]]
    calls = [block["id"] for block in blocks if block["type"] == "tool_use"]
    results = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
    assert len(calls) == sum(len(message.get("tool_calls", [])) for message in messages)
    assert sorted(calls) == sorted(results)


@given(BODIES, st.sampled_from(MODELS))
def test_it_is_json_of_anthropics_own_types(body: dict[str, Any], model: str) -> None:
    """Where its package is at hand; it is none that this one needs."""
    types = pytest.importorskip("anthropic.types")
    asked = orjson.loads(orjson.dumps(ask(model, **body)))
    part = TypeAdapter(types.ContentBlockParam)
    TypeAdapter(types.MessageCreateParams).validate_python(asked)
    assert [part.validate_python(block)["type"] for turn in asked["messages"] for block in turn["content"]]
    assert all(TypeAdapter(types.TextBlockParam).validate_python(block) for block in asked.get("system", []))
    assert all(TypeAdapter(types.ToolParam).validate_python(tool) for tool in asked.get("tools", []))
