import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import genai_prices
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costs.catalogue import look_up
from costs.pricing import BadPrice, Price, PriceList, cost_of, plain_text
from costs.usage import Usage

MODELS = [
    ("openai", "gpt-4o-mini"),
    ("openai", "gpt-4.1"),
    ("openai", "gpt-5-mini"),
    ("openai", "gpt-5.4"),
    ("openai", "o3"),
    ("openai", "text-embedding-3-small"),
    ("anthropic", "claude-sonnet-4-5"),
    ("anthropic", "claude-opus-4-5"),
    ("google", "gemini-2.5-pro"),
    ("google", "gemini-2.5-flash"),
    ("mistral", "mistral-large-latest"),
    ("groq", "llama-3.3-70b-versatile"),
    ("perplexity", "sonar"),
    ("perplexity", "sonar-deep-research"),
]
USAGES = [
    Usage(),
    Usage(1, 0, 0, 1),
    Usage(12_345, 0, 0, 678),
    Usage(12_345, 12_000, 0, 678, 600),
    Usage(200_000, 100_000, 50_000, 4_096),
    Usage(200_001, 100_000, 50_000, 4_096),
    Usage(272_001, 1, 1, 128_000, 127_999),
    Usage(1_999_999, 1_999_999, 0, 1),
    Usage(9_000, 0, 0, 700, 0, 8_000, 0),
]
DAYS = [datetime(2025, 1, 15, tzinfo=UTC), datetime(2025, 6, 10, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)]


@pytest.mark.parametrize(("provider", "model"), MODELS)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_calls_cost_what_the_catalogues_own_calculator_says(provider: str, model: str, day: datetime) -> None:
    dated = [item for item in look_up(provider, model) if item.valid_from <= day]
    ours = [cost_of(usage, dated[-1].prices).total for usage in USAGES]
    assert ours == [_their_price(usage, provider, model, day) for usage in USAGES]


def _their_price(usage: Usage, provider: str, model: str, day: datetime) -> Decimal:
    theirs = genai_prices.Usage(
        input_tokens=usage.input_tokens,
        cache_read_tokens=usage.cached_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        cache_write_1h_tokens=0,
        input_audio_tokens=usage.audio_input_tokens,
        cache_audio_read_tokens=0,
        output_tokens=usage.output_tokens,
        output_reasoning_tokens=usage.reasoning_tokens,
        output_audio_tokens=usage.audio_output_tokens,
    )
    return genai_prices.calc_price(theirs, model, provider_id=provider, genai_request_timestamp=day).total_price


def test_cached_tokens_are_paid_once_and_at_their_own_price() -> None:
    cost = cost_of(Usage(1000, 600, 0, 0), PriceList.parse({"input": "10", "cached": "1", "output": "0"}))
    assert (cost.input, cost.cached, cost.total) == (Decimal("0.004"), Decimal("0.0006"), Decimal("0.0046"))
    assert cost.saved == Decimal("0.0054")


def test_without_a_price_of_their_own_cached_tokens_cost_what_all_input_costs() -> None:
    cost = cost_of(Usage(1000, 600, 100, 0), PriceList.parse({"input": "10"}))
    assert (cost.total, cost.saved) == (Decimal("0.01"), Decimal(0))


@pytest.mark.parametrize(
    ("tokens", "total"), [(272_000, Decimal("0.68")), (272_001, Decimal("1.360005"))], ids=["at its start", "past it"]
)
def test_a_tier_is_for_all_tokens_of_a_call_whose_input_exceeds_its_start(tokens: int, total: Decimal) -> None:
    prices = PriceList.parse({"input": {"base": "2.5", "tiers": [[272_000, "5"]]}})
    assert cost_of(Usage(tokens), prices).total == total


def test_a_fee_is_charged_even_for_a_call_without_tokens() -> None:
    cost = cost_of(Usage(), PriceList.parse({"input": "1", "requests": "5"}))
    assert (cost.fee, cost.total) == (Decimal("0.005"), Decimal("0.005"))


_amounts = st.decimals(0, 999_999, places=10).map(lambda amount: format(amount, "f"))
_tiered = st.builds(
    lambda base, tiers: {"base": base, "tiers": [[start, price] for start, price in tiers.items()]},
    _amounts,
    st.dictionaries(st.integers(0, 2_000_000), _amounts, max_size=2),
)
_prices = st.fixed_dictionaries(
    {"input": _amounts | _tiered},
    optional=dict.fromkeys(
        ["cached", "cache_write", "audio_input", "output", "reasoning", "audio_output", "requests"], _amounts | _tiered
    ),
)
_counts = st.integers(0, 2_000_000_000)
_usages = st.builds(
    lambda total, cached, written, out, thought, heard, spoken: Usage(
        total, min(cached, total), min(written, total - min(cached, total)), out, min(thought, out), min(heard, total),
        min(spoken, out),
    ),
    _counts, _counts, _counts, _counts, _counts, _counts, _counts,
)  # fmt: skip


@given(_usages, _prices)
def test_the_parts_of_a_cost_add_up_to_the_last_digit_and_none_is_negative(
    usage: Usage, stored: dict[str, Any]
) -> None:
    cost = cost_of(usage, PriceList.parse(stored))
    assert cost.total == cost.input + cost.cached + cost.cache_write + cost.output + cost.fee
    assert min(cost[:6]) >= 0


@given(_prices)
def test_a_price_list_survives_being_stored(stored: dict[str, Any]) -> None:
    prices = PriceList.parse(stored)
    assert PriceList.parse(prices.as_json()) == prices
    assert PriceList.parse(prices.as_json()).as_json() == prices.as_json()


@given(_usages, _prices)
def test_a_price_twice_as_high_costs_twice_as_much(usage: Usage, stored: dict[str, Any]) -> None:
    prices = PriceList.parse(stored)
    doubled = PriceList({kind: _doubled(price) for kind, price in prices.prices.items()})
    assert cost_of(usage, doubled).total == 2 * cost_of(usage, prices).total


def _doubled(price: Price) -> Price:
    return Price(price.base * 2, tuple((start, amount * 2) for start, amount in price.tiers))


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        ({}, "needs at least the price of input"),
        ({"output": "1"}, "needs at least the price of input"),
        ({"input": "1", "outputs": "1"}, "outputs: allowed kinds are input, cached"),
        ({"input": "-1"}, "input: '-1'; allowed is a decimal"),
        ({"input": "NaN"}, "allowed is a decimal"),
        ({"input": "Infinity"}, "allowed is a decimal"),
        ({"input": "dear"}, "allowed is a decimal"),
        ({"input": 0.1}, "allowed is a decimal"),
        ({"input": True}, "allowed is a decimal"),
        ({"input": "1000000"}, "0 to 1,000,000"),
        ({"input": "0.00000000001"}, "10 decimals"),
        ({"input": None}, "allowed is a decimal"),
        ({"input": {"tiers": [[1, "2"]]}}, "allowed is a decimal"),
        ({"input": {"base": "1", "tiers": [["many", "2"]]}}, "a tier starts at a number"),
        ({"input": {"base": "1", "tiers": ["many"]}}, "a tier is"),
        ({"input": {"base": "1", "tiers": 5}}, "a tier is"),
    ],
)
def test_a_price_list_that_cannot_be_says_what_is_allowed(stored: dict[str, Any], words: str) -> None:
    with pytest.raises(BadPrice, match=re.escape(words)):
        PriceList.parse(stored)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0E-10", "0"),
        ("1E-7", "0.0000001"),
        ("100", "100"),
        ("1E+2", "100"),
        ("0.00484800", "0.004848"),
        ("-0.50", "-0.5"),
    ],
)
def test_amounts_are_told_without_exponent_or_trailing_zeros(amount: str, text: str) -> None:
    assert plain_text(Decimal(amount)) == text
