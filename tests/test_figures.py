from datetime import timedelta
from decimal import Decimal

import pytest

from aiops.lib import figures


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("18412.36", "$18,412.36"),
        ("0.0052", "$0.0052"),
        ("0.000031", "$0.000031"),
        ("0", "$0.00"),
        ("-71", "−$71.00"),
        ("0.999999", "$1.0000"),
        ("1.005", "$1.01"),
    ],
)
def test_money(amount: str, shown: str) -> None:
    assert figures.money(Decimal(amount)) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("18412.36", "$18.4K"),
        ("400", "$400"),
        ("999999", "$1M"),
        ("2.5", "$2.50"),
        ("0.6", "$0.60"),
        ("0.0025", "$0.0025"),
        ("-26130", "−$26.1K"),
    ],
)
def test_money_on_labels(amount: str, shown: str) -> None:
    assert figures.short_money(Decimal(amount)) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (2430, "2,430"), (9999, "9,999"), (14_800, "14.8K"), (99_960, "100K"), (5_680_000, "5.68M")],
)
def test_counts(number: int, shown: str) -> None:
    assert figures.count(number) == shown


@pytest.mark.parametrize(("number", "shown"), [(0.0, "0"), (0.4, "0.4"), (7.0, "7"), (9.96, "10"), (42.4, "42")])
def test_rates(number: float, shown: str) -> None:
    assert figures.rate(number) == shown


@pytest.mark.parametrize(("share", "shown"), [("0.168", "16.8%"), ("-0.021", "−2.1%"), ("1", "100.0%")])
def test_percentages(share: str, shown: str) -> None:
    assert figures.percent(Decimal(share)) == shown


@pytest.mark.parametrize(("share", "shown"), [("0.0001", "<0.1%"), ("0.0005", "0.1%"), ("0", "0.0%"), ("0.2", "20.0%")])
def test_a_small_share_is_not_nothing(share: str, shown: str) -> None:
    assert figures.small_percent(Decimal(share)) == shown


@pytest.mark.parametrize("form", [figures.money, figures.short_money, figures.count, figures.percent, figures.exact])
def test_a_missing_number_is_a_dash(form: object) -> None:
    assert form(None) == "—"  # type: ignore[operator]


@pytest.mark.parametrize(("now", "before"), [("5", "0"), (None, "5"), ("5", None)])
def test_growth_that_cannot_be_said_is_not_said(now: str | None, before: str | None) -> None:
    assert figures.growth(now and Decimal(now), before and Decimal(before)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "shown"), [(-1, "0 s"), (45, "45 s"), (720, "12 min"), (3 * 3600, "3 h"), (6 * 86400, "6 days")]
)
def test_spans(seconds: int, shown: str) -> None:
    assert figures.span(timedelta(seconds=seconds)) == shown
