"""No usage within the bounds costs more than the worst case."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from costs.budgeting.money import nanos, usd
from costs.budgeting.worst_case import worst_case
from costs.pricing import PriceList, cost_of
from costs.usage import Usage

PLAIN = PriceList.parse({"input": "1", "output": "2"})
TIERED = PriceList.parse(
    {"input": {"base": "1.25", "tiers": [[200_000, "2.50"]]}, "output": {"base": "10", "tiers": [[200_000, "15"]]}}
)
CHEAPER_ABOVE = PriceList.parse({"input": {"base": "4", "tiers": [[1000, "1"]]}, "output": "2"})
EVERYTHING = PriceList.parse(
    {
        "input": {"base": "1", "tiers": [[500, "3"]]}, "cached": "0.1", "cache_write": "1.25", "audio_input": "40",
        "output": "2", "reasoning": "3", "audio_output": "80", "requests": "5",
    }
)  # fmt: skip
LISTS = st.sampled_from([PLAIN, TIERED, CHEAPER_ABOVE, EVERYTHING])
COUNTS = st.integers(0, 300_000)


def test_it_is_input_and_output_at_their_prices() -> None:
    assert worst_case(PLAIN, input_tokens=1_000_000, output_tokens=500_000) == Decimal(2)


def test_the_tier_goes_by_the_size_of_the_input() -> None:
    assert worst_case(TIERED, input_tokens=200_000, output_tokens=1000) == Decimal("0.26")
    assert worst_case(TIERED, input_tokens=200_001, output_tokens=1000) == Decimal("0.5150025")


def test_a_dearer_tier_below_counts_too() -> None:
    assert worst_case(CHEAPER_ABOVE, input_tokens=1001, output_tokens=0) == Decimal("0.004")


def test_sound_is_dear_only_where_there_is_some() -> None:
    quiet = worst_case(EVERYTHING, input_tokens=1000, output_tokens=1000)
    assert quiet < worst_case(EVERYTHING, input_tokens=1000, output_tokens=1000, audio=True) / 10


@given(LISTS, COUNTS, COUNTS, st.data())
def test_nothing_within_the_bounds_costs_more(
    prices: PriceList, most_in: int, most_out: int, data: st.DataObject
) -> None:
    tokens_in, tokens_out = data.draw(st.integers(0, most_in)), data.draw(st.integers(0, most_out))
    cached = data.draw(st.integers(0, tokens_in))
    used = Usage(
        tokens_in,
        cached,
        data.draw(st.integers(0, tokens_in - cached)),
        tokens_out,
        data.draw(st.integers(0, tokens_out)),
        data.draw(st.integers(0, tokens_in)),
        data.draw(st.integers(0, tokens_out)),
    )
    assert cost_of(used, prices).total <= worst_case(prices, input_tokens=most_in, output_tokens=most_out, audio=True)


@given(st.decimals(0, 9_000_000, places=10))
def test_nano_dollars_are_rounded_up(amount: Decimal) -> None:
    assert 0 <= usd(nanos(amount)) - amount < Decimal("0.000000001")
