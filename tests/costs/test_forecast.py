from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costs.reports.forecast import forecast

TODAY = date(2026, 11, 22)
END = date(2026, 12, 1)


def _past(days: int, spend: Callable[[date], int]) -> dict[date, Decimal]:
    dates = (TODAY - timedelta(days=number) for number in range(days, 0, -1))
    return {day: Decimal(spend(day)) for day in dates}


def _weekly(day: date) -> int:
    return 20 if day.weekday() >= 5 else 100


def test_under_a_week_nobody_can_tell() -> None:
    assert forecast(_past(6, _weekly), spent=Decimal(1), today=TODAY, month_end=END, today_spent=Decimal(1)) is None


def test_each_weekday_goes_on_as_it_was() -> None:
    # 22 November 2026 is a Sunday.
    told = forecast(_past(28, _weekly), spent=Decimal(500), today=TODAY, month_end=END, today_spent=Decimal(0))
    assert told is not None
    assert dict(told.days) == {
        date(2026, 11, 22) + timedelta(days=number): Decimal(amount)
        for number, amount in enumerate([20, 100, 100, 100, 100, 100, 20, 20, 100])
    }
    assert told.total == told.low == told.high == Decimal(500 + 660)


@pytest.mark.parametrize(("so_far", "rest"), [("0", "20"), ("15", "5"), ("20", "0"), ("90", "0")])
def test_of_today_only_what_it_still_brings_is_added(so_far: str, rest: str) -> None:
    told = forecast(_past(28, _weekly), spent=Decimal(so_far), today=TODAY, month_end=END, today_spent=Decimal(so_far))
    assert told is not None
    assert told.days[0] == (TODAY, Decimal(rest))
    assert told.total == Decimal(so_far) + Decimal(rest) + 640


def test_days_that_lie_off_their_mean_widen_the_range() -> None:
    past = _past(28, lambda day: _weekly(day) + (10 if day.toordinal() % 2 else -10))
    told = forecast(past, spent=Decimal(0), today=TODAY, month_end=END, today_spent=Decimal(0))
    assert told is not None
    # Nine days to come, each about 11.5 off: 1.2816 * 11.5 * 3.
    assert 42 < told.high - told.total < 46
    assert told.total - told.low == told.high - told.total


def test_with_a_week_the_weekends_are_not_known_yet_and_widen_it_too() -> None:
    told = forecast(_past(7, _weekly), spent=Decimal(0), today=TODAY, month_end=END, today_spent=Decimal(0))
    assert told is not None
    assert len({amount for _, amount in told.days}) == 1
    assert told.high > told.total > told.low > 0


def test_on_the_last_day_only_its_rest_is_open() -> None:
    told = forecast(
        {date(2026, 11, 30) - timedelta(days=number): Decimal(10) for number in range(1, 15)},
        spent=Decimal(300),
        today=date(2026, 11, 30),
        month_end=END,
        today_spent=Decimal(4),
    )
    assert told is not None
    assert told.total == Decimal(306)


@given(
    st.lists(st.decimals(0, 10_000, places=6), min_size=7, max_size=56),
    st.decimals(0, 1000, places=6),
    st.integers(1, 30),
)
def test_the_month_never_ends_below_what_is_spent(amounts: list[Decimal], spent: Decimal, ahead: int) -> None:
    past = {TODAY - timedelta(days=number): amount for number, amount in enumerate(amounts, 1)}
    told = forecast(past, spent=spent, today=TODAY, month_end=TODAY + timedelta(days=ahead), today_spent=Decimal(0))
    assert told is not None
    assert told.low <= told.total <= told.high
    assert told.low >= spent - Decimal("0.01")
