from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costs.usage import Usage, from_openai, says_input, says_output

# Shaped as the providers answer.
PAYLOADS = {
    "openai chat": (
        {
            "prompt_tokens": 2006,
            "completion_tokens": 300,
            "total_tokens": 2306,
            "prompt_tokens_details": {"cached_tokens": 1920, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 128, "audio_tokens": 0, "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        },
        Usage(2006, 1920, 0, 300, 128),
    ),
    "openai audio": (
        {
            "prompt_tokens": 120,
            "completion_tokens": 90,
            "total_tokens": 210,
            "prompt_tokens_details": {"cached_tokens": 0, "text_tokens": 20, "audio_tokens": 100},
            "completion_tokens_details": {"text_tokens": 30, "audio_tokens": 60, "reasoning_tokens": 0},
        },
        Usage(120, 0, 0, 90, 0, 100, 60),
    ),
    "openai responses": (
        {
            "input_tokens": 81,
            "input_tokens_details": {"cached_tokens": 64},
            "output_tokens": 1035,
            "output_tokens_details": {"reasoning_tokens": 832},
            "total_tokens": 1116,
        },
        Usage(81, 64, 0, 1035, 832),
    ),
    "anthropic counts only what is past the cache": (
        {
            "input_tokens": 50,
            "cache_read_input_tokens": 100_000,
            "cache_creation_input_tokens": 248,
            "output_tokens": 503,
        },
        Usage(100_298, 100_000, 248, 503),
    ),
    "a proxy's own fields beside openai's": (
        {
            "prompt_tokens": 2095,
            "completion_tokens": 12,
            "total_tokens": 2107,
            "cache_read_input_tokens": 2048,
            "cache_creation_input_tokens": 0,
        },
        Usage(2095, 2048, 0, 12),
    ),
    "written to cache": (
        {
            "prompt_tokens": 5000,
            "completion_tokens": 5,
            "prompt_tokens_details": {"cached_tokens": 1000, "cache_write_tokens": 3000},
        },
        Usage(5000, 1000, 3000, 5),
    ),
    "deepseek": (
        {
            "prompt_tokens": 16,
            "completion_tokens": 10,
            "total_tokens": 26,
            "prompt_cache_hit_tokens": 12,
            "prompt_cache_miss_tokens": 4,
        },
        Usage(16, 12, 0, 10),
    ),
    "reasoning beside the output": (
        {
            "prompt_tokens": 32,
            "completion_tokens": 9,
            "total_tokens": 135,
            "completion_tokens_details": {"reasoning_tokens": 94},
        },
        Usage(32, 0, 0, 103, 94),
    ),
    "reasoning only in the total": (
        {"prompt_tokens": 12, "completion_tokens": 20, "total_tokens": 532},
        Usage(12, 0, 0, 520, 500),
    ),
    "the cache beside the input in the total only": (
        {
            "prompt_tokens": 10,
            "completion_tokens": 5,
            "total_tokens": 19,
            "prompt_tokens_details": {"cached_tokens": 4},
        },
        Usage(10, 4, 0, 5),
    ),
    "embeddings": ({"prompt_tokens": 8, "total_tokens": 8}, Usage(8)),
    "nothing used": ({"prompt_tokens": 0, "completion_tokens": 0}, Usage()),
    "null details": (
        {"prompt_tokens": 3, "completion_tokens": 4, "prompt_tokens_details": None, "completion_tokens_details": None},
        Usage(3, 0, 0, 4),
    ),
}  # fmt: skip
ABSURD = {
    "negative beside a count": ({"prompt_tokens": -5, "completion_tokens": 1}, Usage(0, 0, 0, 1)),
    "text beside a count": ({"prompt_tokens": 12, "completion_tokens": [1]}, Usage(12)),
    "truth": ({"prompt_tokens": True, "completion_tokens": 2}, Usage(0, 0, 0, 2)),
    "whole float": ({"prompt_tokens": 12.0, "completion_tokens": 2.0}, Usage(12, 0, 0, 2)),
    "more cached than sent": (
        {"prompt_tokens": 10, "prompt_tokens_details": {"cached_tokens": 99, "cache_write_tokens": 99}},
        Usage(10, 10),
    ),
    "more reasoned than said": (
        {"completion_tokens": 5, "completion_tokens_details": {"reasoning_tokens": 50}},
        Usage(0, 0, 0, 5, 5),
    ),
    "text under the one name, a count under the other": (
        {"prompt_tokens": "9", "input_tokens": 9, "completion_tokens": "2", "output_tokens": 2},
        Usage(9, 0, 0, 2),
    ),
    "what went in only by the total": ({"completion_tokens": 5, "total_tokens": 15}, Usage(10, 0, 0, 5)),
    "details are text": ({"prompt_tokens": 1, "prompt_tokens_details": "none"}, Usage(1)),
}

# Whether it says what went in, and what came out.
SAID = {
    "both": ({"prompt_tokens": 10, "completion_tokens": 0}, True, True),
    "both, as responses do": ({"input_tokens": 10, "output_tokens": 5}, True, True),
    "output by the total": ({"prompt_tokens": 10, "total_tokens": 15}, True, True),
    "input by the total": ({"completion_tokens": 5, "total_tokens": 15}, True, True),
    "a total of the input alone": ({"prompt_tokens": 10, "total_tokens": 10}, True, False),
    "text": ({"prompt_tokens": 10.5, "completion_tokens": "5", "total_tokens": None}, True, False),
    "no output": ({"prompt_tokens": 10}, True, False),
    "null": ({"prompt_tokens": 10, "completion_tokens": None}, True, False),
    "negative": ({"prompt_tokens": 10, "completion_tokens": -4}, True, False),
    "text for input": ({"prompt_tokens": "10", "completion_tokens": 5}, False, True),
    "no input": ({"output_tokens": 5}, False, True),
}

UNSAID = {
    "nothing": {},
    "null": {"prompt_tokens": None, "completion_tokens": None, "total_tokens": None},
    "text": {"prompt_tokens": "12", "completion_tokens": [1]},
    "truth": {"prompt_tokens": True},
    "negative": {"prompt_tokens": -5, "completion_tokens": -1},
    "not a number": {"prompt_tokens": float("nan"), "completion_tokens": float("inf")},
    "more than any model reads": {"prompt_tokens": 10_000_001, "completion_tokens": 1},
    "more than any model writes": {"prompt_tokens": 5, "completion_tokens": 10**30},
    "beyond 64 bits, as it is read": {"input_tokens": 1e30, "output_tokens": 1},
    "a total that nobody could have used": {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 10**12},
    "more than any cache holds": {"input_tokens": 5, "output_tokens": 1, "cache_read_input_tokens": 10**12},
    "the total alone": {"total_tokens": 30},
    "details alone": {"prompt_tokens_details": {"cached_tokens": 5}},
}


@pytest.mark.parametrize(("payload", "usage"), PAYLOADS.values(), ids=PAYLOADS)
def test_what_a_provider_says_is_read_exactly(payload: dict[str, Any], usage: Usage) -> None:
    assert from_openai(payload) == usage


@pytest.mark.parametrize(("payload", "usage"), ABSURD.values(), ids=ABSURD)
def test_what_is_absurd_does_not_lose_the_record(payload: dict[str, Any], usage: Usage) -> None:
    assert from_openai(payload) == usage


@pytest.mark.parametrize("payload", UNSAID.values(), ids=UNSAID)
def test_usage_that_counts_nothing_is_unknown_not_zero(payload: dict[str, Any]) -> None:
    assert from_openai(payload) is None


@pytest.mark.parametrize(("payload", "input_", "output"), SAID.values(), ids=SAID)
def test_half_of_a_count_is_no_count_of_the_other(payload: dict[str, Any], input_: bool, output: bool) -> None:
    assert (says_input(payload), says_output(payload)) == (input_, output)


_anything = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3))
_details = st.one_of(
    _anything,
    st.dictionaries(
        st.sampled_from(["cached_tokens", "cache_write_tokens", "audio_tokens", "reasoning_tokens"]), _anything
    ),
)
_payloads = st.fixed_dictionaries(
    {},
    optional={
        "prompt_tokens": _anything,
        "input_tokens": _anything,
        "completion_tokens": _anything,
        "output_tokens": _anything,
        "total_tokens": _anything,
        "cache_read_input_tokens": _anything,
        "cache_creation_input_tokens": _anything,
        "prompt_tokens_details": _details,
        "completion_tokens_details": _details,
    },
)


@given(_payloads)
def test_no_payload_contradicts_itself(payload: dict[str, Any]) -> None:
    usage = from_openai(payload) or Usage()
    assert min(usage) >= 0
    assert usage.cached_tokens + usage.cache_write_tokens <= usage.input_tokens
    assert usage.reasoning_tokens <= usage.output_tokens
    assert usage.audio_input_tokens <= usage.input_tokens
    assert usage.audio_output_tokens <= usage.output_tokens
    assert max(usage) <= 10_000_000
