from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costs.views.why import apportion

MONEY = st.decimals(min_value=-10_000, max_value=10_000, places=8)


@given(st.lists(MONEY, min_size=1, max_size=8))
def test_rounded_parts_add_up_to_the_rounded_whole(parts: list[Decimal]) -> None:
    whole = sum(parts, Decimal())
    shown = apportion(parts, whole)
    step = Decimal(1).scaleb(int(shown[0].as_tuple().exponent))
    assert sum(shown, Decimal()) == whole.quantize(step)
    assert all(abs(given - part) < step for given, part in zip(shown, parts, strict=True))


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ("10.005 -2.004", "10.00 -2.00"),
        ("1.006 1.006 1.006", "1.01 1.01 1.00"),
        ("0.00012 0.00034", "0.000120 0.000340"),
    ],
)
def test_cents_are_enough_but_for_amounts_under_a_dollar(parts: str, shown: str) -> None:
    amounts = [Decimal(part) for part in parts.split()]
    assert [str(amount) for amount in apportion(amounts, sum(amounts, Decimal()))] == shown.split()


def test_nothing_adds_up_to_nothing() -> None:
    assert apportion([], Decimal()) == []
