"""Hints of what the provider is to keep in its cache."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.dialects.anthropic.caching import LEAST_BYTES, has_hint, hinted
from tests.gateway.dialects.anthropic import WEATHER, ask, assistant, text, user

LONG = "words " * (LEAST_BYTES // 6 + 1)
HINT = {"cache_control": {"type": "ephemeral"}}


def marks(asked: dict[str, Any]) -> list[str]:
    """Where the hints are, in their order."""
    places = [
        *((f"tool {n}", tool) for n, tool in enumerate(asked.get("tools", []))),
        *((f"system {n}", block) for n, block in enumerate(asked.get("system", []))),
        *((f"turn {n}", block) for n, turn in enumerate(asked["messages"]) for block in turn["content"]),
    ]
    return [place for place, block in places if "cache_control" in block]


def test_a_short_call_has_none() -> None:
    assert marks(ask(messages=[{"role": "system", "content": "Be brief."}, user("Hello")])) == []


def test_a_long_system_message_is_kept() -> None:
    assert marks(ask(messages=[{"role": "system", "content": LONG}, user("Hello")])) == ["system 0"]


def test_a_long_question_alone_is_not() -> None:
    assert marks(ask(messages=[user(LONG)])) == []


def test_a_conversation_is_kept_up_to_the_words_before_the_last() -> None:
    messages = [user("One"), assistant(LONG), user("Two"), assistant("Yes"), user("Three")]
    assert marks(ask(messages=messages)) == ["turn 2"]


def test_tools_are_kept_up_to_the_last() -> None:
    long = {"type": "function", "function": {"name": "long", "description": LONG}}
    assert marks(ask(tools=[long, WEATHER])) == ["tool 1"]


def test_all_three_are_the_most() -> None:
    long = {"type": "function", "function": {"name": "long", "description": LONG}}
    messages = [{"role": "system", "content": LONG}, user("One"), assistant("Yes"), user("Two")]
    assert marks(ask(messages=messages, tools=[WEATHER, long])) == ["tool 1", "system 0", "turn 0"]


def test_the_callers_own_hints_are_the_only_ones() -> None:
    messages = [{"role": "system", "content": LONG}, user([text("One", **HINT), text("Two")])]
    assert marks(ask(messages=messages)) == ["turn 0"]


def test_a_hint_at_a_whole_message_is_one_at_its_last_block() -> None:
    content = ask(messages=[user([text("One"), text("Two")], **HINT)])["messages"][0]["content"]
    assert content == [text("One"), text("Two", **HINT)]


@given(st.lists(st.sampled_from(["short", LONG]), min_size=1, max_size=9), st.booleans())
def test_the_same_call_gets_the_same_hints_and_keeps_its_words(said: list[str], has_system: bool) -> None:
    turns = [{"role": ("user", "assistant")[n % 2], "content": [text(words)]} for n, words in enumerate(said)]
    request = {"messages": turns, **({"system": [text(LONG)]} if has_system else {})}
    marked = hinted(request)
    assert hinted(marked) == marked == hinted(request)
    assert not has_hint(request)
    assert str(marked).replace(", 'cache_control': {'type': 'ephemeral'}", "") == str(request)
