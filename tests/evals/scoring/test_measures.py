"""levenshtein, word-count, latency, cost, finish-reason."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from evals.scoring.checks import Output
from tests.evals.scoring.asking import CALL, check, verdict


@pytest.mark.parametrize(
    ("output", "threshold", "expected"),
    [
        ("kitten", None, "pass"),
        ("Kitten12345", None, "fail"),
        ("kitten12345", None, "pass"),
        ("sitting", 3, "pass"),
        ("sitting", 2, "fail"),
        ("kitten", 0.75, "pass"),
        ("kittens", 0.75, "fail"),
        ("kitten😀", 1, "fail"),
        ("kitten😀", 2, "pass"),
        ("k" * 100_001, 5, "unscored"),
    ],
)
def test_levenshtein(output: str, threshold: float | None, expected: str) -> None:
    assert verdict(output, "levenshtein", "kitten", threshold=threshold) == expected


def test_levenshtein_scores_1_or_0() -> None:
    assert check("kittens", "levenshtein", "kitten").score == 1.0


@pytest.mark.parametrize(
    ("output", "value", "expected"),
    [
        ("one two\n\u2003three", 3, "pass"),
        ("one two three", "3", "pass"),
        ("one two three", 4, "fail"),
        ("one two three", {"min": 3, "max": 5}, "pass"),
        ("one two three", {"max": 3}, "pass"),
        ("one two three", {"min": 4}, "fail"),
        ("  ", 0, "pass"),
        ("", 0, "pass"),
        ("one", "many", "unscored"),
        ("one", None, "unscored"),
        ("one", {}, "unscored"),
    ],
)
def test_word_count(output: str, value: Any, expected: str) -> None:
    assert verdict(output, "word-count", value) == expected


@pytest.mark.parametrize(
    ("type_", "threshold", "output", "expected"),
    [
        ("latency", 120, CALL, "pass"),
        ("latency", 119, CALL, "fail"),
        ("not-latency", 119, CALL, "pass"),
        ("latency", None, CALL, "unscored"),
        ("latency", 120, Output("yes"), "unscored"),
        ("cost", 0.0004, CALL, "pass"),
        ("cost", 0.0003, CALL, "fail"),
        ("cost", None, CALL, "unscored"),
        ("cost", 1, Output("yes"), "unscored"),
        ("cost", 0, replace(CALL, cost_usd=Decimal(0)), "pass"),
    ],
)
def test_limits_of_a_call(type_: str, threshold: float | None, output: Output, expected: str) -> None:
    assert verdict(output, type_, threshold=threshold) == expected


@pytest.mark.parametrize(
    ("output", "value", "expected"),
    [(CALL, "STOP", "pass"), (CALL, "length", "fail"), (Output("yes"), "stop", "unscored")],
)
def test_finish_reason(output: Output, value: str, expected: str) -> None:
    assert verdict(output, "finish-reason", value) == expected


def test_money_is_compared_exactly() -> None:
    """As floats the two are the same."""
    output = replace(CALL, cost_usd=Decimal("0.10000000000000000001"))
    assert verdict(output, "cost", threshold=0.1) == "fail"
    assert verdict(replace(CALL, cost_usd=Decimal("0.1")), "cost", threshold=0.1) == "pass"
