"""The pictures: nothing lies outside of them, whatever was measured."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.calibration import drawing
from evals.calibration.calibrated import Calibrated
from evals.calibration.cases import Case
from evals.calibration.drawing import HEIGHT, MOST_POINTS, WIDTH
from tests.evals.calibration.cases import cases, refused, right, wrong

ANSWERS = st.lists(st.tuples(st.integers(0, 100).map(lambda sure: sure / 100), st.booleans()), max_size=150)


def calibrated(found: list[Case], target: str = "0.02") -> Calibrated:
    return Calibrated.of(found, Decimal(target))


def points(text: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([-\d.]+),([-\d.]+)", text)]


@given(ANSWERS, st.integers(1, 60).map(lambda percent: str(percent / 100)))
def test_everything_lies_within_the_plot(answers: list[tuple[float, bool]], target: str) -> None:
    found = calibrated([*cases(*answers), *refused(3)], target)
    risk, reliability = drawing.risk_coverage(found), drawing.reliability(found)
    drawn = [point for text in (risk.band, risk.line, risk.risk, reliability.diagonal) for point in points(text)]
    drawn += [(mark.x, y) for mark in (*risk.marks, *reliability.marks) for y in (mark.y, mark.low, mark.high)]
    assert all(risk.left - 0.1 <= x <= risk.right + 0.1 for x, _ in drawn)
    assert all(risk.top - 0.1 <= y <= risk.floor + 0.1 for _, y in drawn)
    assert risk.target is not None
    assert risk.top - 0.1 <= risk.target <= risk.floor


def test_a_long_curve_is_drawn_with_few_points() -> None:
    found = calibrated(cases(*((number / 5000, number % 9 > 0) for number in range(5000))))
    assert len(points(drawing.risk_coverage(found).line)) == MOST_POINTS


def test_the_threshold_is_marked_where_it_lies() -> None:
    risk = drawing.risk_coverage(calibrated([*right(95, 0.9), *wrong(5, 0.4)]))
    assert [mark.text for mark in risk.marks] == ["Threshold 0.4001: 95% answered, 0% of it wrong"]
    assert risk.marks[0].x == pytest.approx(risk.left + 0.95 * (risk.right - risk.left), abs=0.1)


def test_the_interval_at_the_threshold_is_drawn_whole() -> None:
    found = calibrated([*right(28, 0.9), *wrong(72, 0.4)], "0.05")
    assert found.point is not None
    risk = drawing.risk_coverage(found)
    [mark] = risk.marks
    share = (risk.floor - mark.high) / (risk.floor - risk.up[-1].at) * float(risk.up[-1].text.rstrip("%")) / 100
    assert share == pytest.approx(found.point.interval[1], abs=0.005)


def test_a_band_that_goes_on_above_the_picture_is_said_to() -> None:
    assert drawing.risk_coverage(calibrated(cases(*((number / 200, True) for number in range(200))))).is_cut
    assert not drawing.risk_coverage(calibrated(refused(4))).is_cut


def test_without_a_threshold_none_is_marked() -> None:
    assert drawing.risk_coverage(calibrated(right(5))).marks == []


def test_nothing_measured_draws_an_empty_plot_and_says_so() -> None:
    found = calibrated(refused(4))
    assert (drawing.risk_coverage(found).line, drawing.reliability(found).marks) == ("", [])
    assert drawing.told_of_risk(found) == "Risk and coverage: no answer was given that could be judged."
    assert drawing.told_of_reliability(found) == "Reliability: no answer was given that could be judged."


def test_rules_are_few_and_round() -> None:
    risk = drawing.risk_coverage(calibrated([*right(97, 0.9), *wrong(3, 0.8)]))
    assert [rule.text for rule in risk.up] == ["0%", "2%", "4%", "6%", "8%", "10%"]
    assert (risk.width, risk.height) == (WIDTH, HEIGHT)
