from decimal import Decimal
from typing import Any

import pytest

from evals.scoring.numbers import in_text
from tests.evals.scoring.asking import check, verdict


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("It costs $4.90, from 60 on nothing.", ["4.90", "60"]),
        ("1,234.50 and 1'000 and 2\u202f500", ["1234.50", "1000", "2500"]),
        ("minus: -3, −4 and -0.5", ["-3", "-4", "-0.5"]),
        ("10-12 days, 2026-01-05", ["10", "12", "2026", "1", "5"]),
        ("A4, v1.2 and IPv6", []),
        ("30% of 6e3; .5", ["30", "6000", "0.5"]),
        ("1,2,3", ["1", "2", "3"]),
        ("9e999999999", []),
        ("", []),
    ],
)
def test_numbers_as_people_write_them(text: str, numbers: list[str]) -> None:
    assert in_text(text) == [Decimal(number) for number in numbers]


@pytest.mark.parametrize(
    ("output", "value", "more", "expected"),
    [
        ("within 30 days", 30, {}, "pass"),
        ("within 31 days", 30, {}, "fail"),
        ("within 30.0 days", "30", {}, "pass"),
        ("no number", 30, {}, "fail"),
        ("about 102", 100, {"tolerance": 2}, "pass"),
        ("about 102.1", 100, {"tolerance": 2}, "fail"),
        ("about 102", 100, {"tolerance": "2%"}, "pass"),
        ("about 103", 100, {"tolerance": "2%"}, "fail"),
        ("about 102", {"value": 100, "tolerance": "2%"}, {}, "pass"),
        ("first 1, then 2", 1, {"pick": "first"}, "pass"),
        ("first 1, then 2", 1, {"pick": "last"}, "fail"),
        ("0.3", 0.3, {}, "pass"),
        ("it is 7", "{{wanted}}", {}, "pass"),
        ("it is 7", "seven", {}, "unscored"),
        ("it is 7", None, {}, "unscored"),
        ("it is 7", 7, {"tolerance": "much"}, "unscored"),
        ("it is 7", 7, {"pick": "middle"}, "unscored"),
    ],
)
def test_numeric(output: str, value: Any, more: dict[str, Any], expected: str) -> None:
    assert verdict(output, "numeric", value, settings=more, vars={"wanted": 7}) == expected


def test_what_was_found_is_told() -> None:
    assert check("30 or 60", "numeric", 14).reason == "it says 30, 60; 14 is not there."
