from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costs.reports.changes import Cause, change_of
from costs.reports.totals import NOTHING, Totals
from tests.costs.factories import usd

BEFORE = Totals(spend=Decimal(100), calls=1000, priced=1000, input_tokens=1_000_000, cached_tokens=300_000)


@pytest.mark.parametrize(
    ("now", "cause"),
    [
        (BEFORE, Cause.FLAT),
        (replace(BEFORE, spend=Decimal("100.5")), Cause.FLAT),
        (
            replace(BEFORE, spend=Decimal(150), calls=1500, priced=1500, input_tokens=1_500_000, cached_tokens=450_000),
            Cause.MORE_CALLS,
        ),
        (
            replace(BEFORE, spend=Decimal(50), calls=500, priced=500, input_tokens=500_000, cached_tokens=150_000),
            Cause.FEWER_CALLS,
        ),
        (replace(BEFORE, spend=Decimal(180), input_tokens=1_880_000), Cause.LONGER_PROMPTS),
        (replace(BEFORE, spend=Decimal(60), input_tokens=500_000), Cause.SHORTER_PROMPTS),
        (replace(BEFORE, spend=Decimal(120), cached_tokens=0), Cause.LESS_CACHED),
        (replace(BEFORE, spend=Decimal(80), cached_tokens=900_000), Cause.MORE_CACHED),
        (replace(BEFORE, spend=Decimal(200)), Cause.PRICE),
        (replace(BEFORE, spend=Decimal(50)), Cause.PRICE),
        (NOTHING, Cause.ENDED),
    ],
)
def test_the_cause_is_what_moved_most(now: Totals, cause: Cause) -> None:
    assert change_of("answers", "Answers", now, BEFORE).cause is cause


def test_what_was_not_there_before_began() -> None:
    change = change_of("answers", "Answers", BEFORE, NOTHING)
    assert change.cause is Cause.BEGAN
    assert (change.delta, change.by_calls, change.by_cost) == usd(100, 100, 0)


def test_more_calls_at_the_old_cost_and_the_rest_make_up_the_change() -> None:
    change = change_of("answers", "Answers", replace(BEFORE, spend=Decimal(180), calls=1500, priced=1500), BEFORE)
    assert (change.delta, change.by_calls, change.by_cost) == usd(80, 50, 30)


_totals = st.builds(
    Totals,
    spend=st.decimals(0, 10**7, places=10),
    calls=st.integers(0, 10**9),
    priced=st.integers(0, 10**9),
    input_tokens=st.integers(0, 10**12),
    cached_tokens=st.integers(0, 10**12),
)


@given(_totals, _totals)
def test_the_parts_of_a_change_add_up_to_the_last_digit(now: Totals, before: Totals) -> None:
    change = change_of("key", "label", now, before)
    assert change.by_calls + change.by_cost == change.delta == now.spend - before.spend
