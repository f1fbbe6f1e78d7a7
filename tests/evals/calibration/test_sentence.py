from decimal import Decimal

from evals.calibration.calibrated import Calibrated
from tests.evals.calibration.cases import refused, right, wrong

TWO = Decimal("0.02")


def test_it_says_how_much_is_answered() -> None:
    found = Calibrated.of([*right(162, 0.9), *wrong(1, 0.9), *wrong(17, 0.4), *refused(20)], TWO)
    assert found.sentence == "At most 2% wrong answers: you answer 81.5%."
    assert found.detail == "Threshold 0.4001, from 200 cases; 0.6% of what is answered is wrong (95%: 0% to 3.4%)."


def test_it_says_how_many_cases_it_takes() -> None:
    found = Calibrated.of(right(20), TWO)
    assert found.sentence == "At most 2% wrong answers cannot be proven from 20 cases: it takes 49 at least."
    assert (found.threshold, found.point, found.detail) == (None, None, "No threshold, from 20 cases.")


def test_it_says_that_one_case_is_one() -> None:
    told = Calibrated.of(right(1), Decimal("0.005")).sentence
    assert told == "At most 0.5% wrong answers cannot be proven from 1 case: it takes 199 at least."


def test_it_says_what_no_threshold_refuses() -> None:
    told = Calibrated.of([*right(60), *wrong(4, 1)], TWO).sentence
    assert told == (
        "At most 2% wrong answers cannot be had: 4 wrong answers came with a confidence of 1, which no threshold "
        "refuses."
    )


def test_it_says_that_nothing_is_answered() -> None:
    found = Calibrated.of(wrong(60, 0.8), TWO)
    assert found.sentence == "At most 2% wrong answers: you answer nothing."
    assert found.detail == "Threshold 0.8001, from 60 cases; nothing would be answered."


def test_all_that_is_not_refused_is_answered_at_zero() -> None:
    found = Calibrated.of([*right(90), *refused(10)], TWO)
    assert found.sentence == "At most 2% wrong answers: you answer 90%."
    assert found.detail == "Threshold 0, from 100 cases; 0% of what is answered is wrong (95%: 0% to 4%)."
