"""A whole message as a chat completion, and what it used."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletion

from costs.pricing import PriceList, cost_of
from costs.usage import Usage, from_openai, says_input, says_output
from gateway.dialects.anthropic.usage import usage_in_chat
from tests.gateway.dialects.anthropic import DIALECT, completion, message, text, use

# Four of them are no more than one call may use.
COUNTS = st.integers(0, 2_500_000)


def strictly(answer: dict[str, Any]) -> ChatCompletion:
    """As OpenAI's client takes it, without any indulgence."""
    return ChatCompletion.model_validate(answer, strict=True)


def test_words() -> None:
    answer = completion(text("Hel"), text("lo"))
    assert answer == {
        "id": "msg_1",
        "object": "chat.completion",
        "created": 1_800_000_000,
        "model": "claude-sonnet-5-5",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "Hello", "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": 12,
            "completion_tokens": 5,
            "total_tokens": 17,
            "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0},
        },
    }
    assert strictly(answer).choices[0].message.content == "Hello"


def test_calls_of_tools() -> None:
    said = strictly(completion(use("a", city="Bern"), use("b", "clock"), stop_reason="tool_use")).choices[0]
    assert (said.finish_reason, said.message.content) == ("tool_calls", None)
    assert [(call.id, call.type) for call in said.message.tool_calls or []] == [("a", "function"), ("b", "function")]
    assert said.message.model_dump()["tool_calls"][0]["function"] == {"name": "weather", "arguments": '{"city":"Bern"}'}


def test_thoughts_stand_beside_the_words() -> None:
    thoughts = [{"type": "thinking", "thinking": "Hm.", "signature": "x"}, {"type": "redacted_thinking", "data": "x"}]
    said = completion(*thoughts, text("Yes"))["choices"][0]["message"]
    assert (said["content"], said["reasoning_content"]) == ("Yes", "Hm.")


def test_blocks_of_other_kinds_are_no_words() -> None:
    assert completion({"type": "server_tool_use", "id": "x"}, text("Yes"))["choices"][0]["message"]["content"] == "Yes"


def test_an_empty_message_is_an_empty_text() -> None:
    assert strictly(completion()).choices[0].message.content == ""


@pytest.mark.parametrize(
    ("stop_reason", "told"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("pause_turn", "length"),
        ("refusal", "content_filter"),
        ("something_new", "stop"),
    ],
)
def test_why_it_ended(stop_reason: str, told: str) -> None:
    answer = strictly(completion(text("Yes"), stop_reason=stop_reason))
    assert answer.choices[0].finish_reason == told
    kept = DIALECT.answer(b"", message(stop_reason=stop_reason))
    assert kept is not None
    assert kept.finish_reason == told


@pytest.mark.parametrize(
    ("details", "told"),
    [(None, "The model declined to answer."), ({"type": "refusal", "explanation": "Too dangerous."}, "Too dangerous.")],
)
def test_a_refusal_says_so(details: Any, told: str) -> None:
    answer = strictly(completion(stop_reason="refusal", stop_details=details))
    assert answer.choices[0].message.refusal == told


@pytest.mark.parametrize("other", [{}, {"type": "error", "error": {}}, {"type": "message"}, {"choices": []}])
def test_what_is_no_message_is_no_answer(other: dict[str, Any]) -> None:
    assert DIALECT.answer(orjson.dumps(other), other) is None


def test_without_counts_there_is_no_usage() -> None:
    assert "usage" not in completion(text("Yes"), usage=None)
    assert "usage" not in completion(text("Yes"), usage={"service_tier": "standard"})


CACHED = {
    "input_tokens": 100,
    "cache_read_input_tokens": 2_000,
    "cache_creation_input_tokens": 300,
    "cache_creation": {"ephemeral_5m_input_tokens": 300, "ephemeral_1h_input_tokens": 0},
    "output_tokens": 50,
    "output_tokens_details": {"thinking_tokens": 20},
}


def test_what_was_cached_and_written_is_part_of_the_input() -> None:
    usage = from_openai(completion(text("Yes"), usage=CACHED)["usage"])
    assert usage == Usage(
        input_tokens=2_400, cached_tokens=2_000, cache_write_tokens=300, output_tokens=50, reasoning_tokens=20
    )


def test_what_it_costs_is_exact() -> None:
    prices = PriceList.parse({"input": "3", "cached": "0.30", "cache_write": "3.75", "output": "15"})
    usage = from_openai(completion(usage=CACHED)["usage"])
    assert usage is not None
    # 100 at 3, 2,000 at 0.30, 300 at 3.75, 50 at 15 dollars a million.
    assert cost_of(usage, prices).total == Decimal("0.002775")


def test_what_was_written_is_known_by_its_parts_as_well() -> None:
    counted = {"input_tokens": 1, "output_tokens": 1, "cache_creation": CACHED["cache_creation"]}
    assert from_openai(completion(usage=counted)["usage"]) == Usage(301, 0, 300, 1)


@pytest.mark.parametrize("absurd", [2**63, 1e30, 10_000_001])
def test_what_nobody_could_have_used_is_no_usage(absurd: float) -> None:
    assert "usage" not in completion(text("Yes"), usage={"input_tokens": 5, "output_tokens": absurd})


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        ({"input_tokens": 10, "output_tokens": "5"}, (True, False)),
        ({"input_tokens": 10}, (True, False)),
        ({"input_tokens": -1, "output_tokens": 5}, (False, True)),
        ({"input_tokens": 10, "output_tokens": 0}, (True, True)),
    ],
)
def test_half_of_a_count_stays_half(counted: dict[str, Any], said: tuple[bool, bool]) -> None:
    usage = usage_in_chat(counted)
    assert usage is not None
    assert (says_input(usage), says_output(usage)) == said


@given(COUNTS, COUNTS, COUNTS, COUNTS, st.integers(0, 100))
def test_each_count_arrives(plain: int, read: int, written: int, output: int, percent: int) -> None:
    thoughts = output * percent // 100
    counted = usage_in_chat(
        {
            "input_tokens": plain,
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": written,
            "output_tokens": output,
            "output_tokens_details": {"thinking_tokens": thoughts},
        }
    )
    assert counted is not None
    total = plain + read + written
    cached = min(read, total)
    assert from_openai(counted) == Usage(total, cached, min(written, total - cached), output, thoughts)
