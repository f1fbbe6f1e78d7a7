"""How much a model is to think, as each of them wants to be told."""

from typing import Any

import pytest

from tests.gateway.dialects.anthropic import HELLO, WEATHER, ask, assistant, call, result


def told(model: str, **body: Any) -> tuple[Any, Any]:
    asked = ask(model, **body)
    return asked.get("thinking"), asked.get("output_config", {}).get("effort")


ADAPTIVE = {"type": "adaptive"}
DISABLED = {"type": "disabled"}


@pytest.mark.parametrize(
    ("model", "level", "thinking", "effort"),
    [
        ("claude-sonnet-5-5", "minimal", None, "low"),
        ("claude-sonnet-5-5", "none", None, "low"),
        ("claude-sonnet-5", "none", DISABLED, "low"),
        ("claude-sonnet-5-5", "medium", ADAPTIVE, "medium"),
        ("claude-sonnet-5-5", "xhigh", ADAPTIVE, "xhigh"),
        ("claude-opus-4-6", "xhigh", ADAPTIVE, "high"),
        ("claude-opus-4-6", "max", ADAPTIVE, "max"),
        ("claude-opus-4-5-20251101", "max", {"type": "enabled", "budget_tokens": 8_192}, "high"),
        ("claude-sonnet-4-5-20250929", "low", {"type": "enabled", "budget_tokens": 2_048}, None),
        ("claude-sonnet-4-5-20250929", "none", None, None),
        ("claude-3-5-haiku-20241022", "high", None, None),
        ("a-proxy's-name", "high", ADAPTIVE, "high"),
    ],
)
def test_each_kind_in_its_way(model: str, level: str, thinking: Any, effort: str | None) -> None:
    assert told(model, reasoning_effort=level) == (thinking, effort)


def test_nothing_is_told_where_nothing_is_asked() -> None:
    assert told("claude-sonnet-5-5") == (None, None)


@pytest.mark.parametrize(("most", "budget"), [(4_096, 2_048), (2_048, 1_024)])
def test_thoughts_take_half_of_the_answer_at_most(most: int, budget: int) -> None:
    thinking, _ = told("claude-haiku-4-5", reasoning_effort="high", max_tokens=most)
    assert thinking == {"type": "enabled", "budget_tokens": budget}


def test_a_short_answer_leaves_no_room_for_them() -> None:
    assert told("claude-haiku-4-5", reasoning_effort="high", max_tokens=2_000) == (None, None)


def test_a_model_that_counts_its_thoughts_does_not_begin_amid_tools() -> None:
    messages = [*HELLO, assistant(tool_calls=[call("a")]), result("a")]
    assert told("claude-haiku-4-5", reasoning_effort="high", messages=messages, tools=[WEATHER]) == (None, None)
    assert told("claude-opus-5", reasoning_effort="high", messages=messages, tools=[WEATHER]) == (ADAPTIVE, "high")


@pytest.mark.parametrize(
    ("model", "thinking"), [("claude-opus-5", DISABLED), ("claude-opus-4-6", None), ("a-proxy's-name", None)]
)
def test_who_must_use_a_tool_does_not_think_before(model: str, thinking: Any) -> None:
    body = {"tools": [WEATHER], "tool_choice": "required"}
    assert told(model, reasoning_effort="max", **body) == (thinking, "high")


def test_the_callers_own_thinking_wins() -> None:
    own = {"type": "enabled", "budget_tokens": 2_000}
    assert told("claude-opus-4-6", reasoning_effort="low", thinking=own) == (own, "low")
