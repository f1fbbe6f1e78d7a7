"""The risk-coverage curve, its interval, and the reliability diagram."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.calibration.cases import Sample
from evals.calibration.curve import curve, point_at, thinned
from evals.calibration.intervals import beta_below, clopper_pearson
from evals.calibration.reliability import by_count, by_width, expected_error
from tests.evals.calibration.cases import cases, refused, right, wrong

# Of nine answers, as published with their expected calibration errors: Maja Pavlovic, "Expected Calibration Error, a
# step-by-step visual explanation" (2023).
PUBLISHED = cases(
    (0.22, True), (0.64, True), (0.92, False), (0.42, True), (0.51, False), (0.15, False), (0.70, True), (0.37, True),
    (0.83, True),
)  # fmt: skip


def test_each_confidence_that_occurs_is_a_point() -> None:
    sample = Sample.of([*right(3, 0.9), *wrong(1, 0.9), *wrong(2, 0.5), *right(2, 0.4), *refused(2)])
    found = [(str(point.threshold), point.answered, point.wrong) for point in curve(sample)]
    assert found == [("0.9", 4, 1), ("0.5", 6, 3), ("0.4", 8, 3)]


def test_coverage_and_risk_are_of_all_cases_and_the_error_of_the_answered() -> None:
    point = point_at(Sample.of([*right(6, 0.9), *wrong(2, 0.9), *refused(12)]), Decimal("0.5"))
    assert (point.coverage, point.risk, point.error) == (0.4, 0.1, 0.25)


def test_of_nothing_answered_the_error_is_unknown() -> None:
    point = point_at(Sample.of(right(5, 0.3)), Decimal("0.5"))
    assert (point.coverage, point.error, point.interval) == (0.0, None, (0.0, 1.0))


def test_nothing_has_no_curve() -> None:
    sample = Sample.of(refused(3))
    assert (curve(sample), by_count(sample), expected_error([])) == ([], [], None)


def test_a_curve_of_many_points_keeps_both_ends() -> None:
    points = curve(Sample.of(cases(*((number / 1000, number % 3 > 0) for number in range(1000)))))
    few = thinned(points, 50)
    assert (len(few), few[0], few[-1]) == (50, points[0], points[-1])
    assert thinned(points[:50], 50) == points[:50]


# Clopper and Pearson's 95% limits as tables have them.
@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0, 0.3085), (1, 10, 0.0025, 0.4450), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1),
     (0, 100, 0, 0.0362), (10, 100, 0.0490, 0.1762), (50, 100, 0.3983, 0.6017), (1, 1, 0.0250, 1)],
)  # fmt: skip
def test_the_interval_is_clopper_and_pearsons(hits: int, of: int, low: float, high: float) -> None:
    assert clopper_pearson(hits, of) == pytest.approx((low, high), abs=0.00005)


@given(st.integers(1, 20_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_share_that_was_seen_lies_within_its_interval(counted: tuple[int, int]) -> None:
    hits, of = counted
    low, high = clopper_pearson(hits, of)
    assert 0 <= low <= hits / of <= high <= 1


@pytest.mark.parametrize(("hits", "of"), [(3, 17), (1, 400), (250, 600), (9_000, 20_000)])
def test_its_limits_leave_two_and_a_half_percent_on_each_side(hits: int, of: int) -> None:
    low, high = clopper_pearson(hits, of)
    # Of the binomial: at least so many hits when the share is the lower limit; at most so many when it is the upper.
    assert beta_below(low, hits, of - hits + 1) == pytest.approx(0.025, abs=1e-9)
    assert 1 - beta_below(high, hits + 1, of - hits) == pytest.approx(0.025, abs=1e-9)


def test_what_cannot_be_counted_has_no_interval() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        clopper_pearson(3, 2)


def test_the_calibration_error_is_the_published_one() -> None:
    assert expected_error(by_width(Sample.of(PUBLISHED), 3)) == pytest.approx(0.23778, abs=0.000005)


def test_bins_of_equal_width_leave_out_what_is_empty() -> None:
    found = [(bin_.count, bin_.right) for bin_ in by_width(Sample.of(cases((0, False), (0.1, True), (1, True))))]
    assert found == [(2, 1), (1, 1)]


def test_bins_have_about_as_many_answers() -> None:
    found = by_count(Sample.of(cases(*((number / 200, number % 2 == 0) for number in range(100)))))
    assert [bin_.count for bin_ in found] == [10] * 10
    assert found[0].accuracy == 0.5


def test_of_few_answers_there_are_few_bins() -> None:
    assert [bin_.count for bin_ in by_count(Sample.of(right(3)))] == [3]


def test_answers_of_one_confidence_share_a_bin() -> None:
    (only,) = by_count(Sample.of([*right(70, 0.9), *wrong(30, 0.9)]))
    assert (only.count, only.accuracy, only.low, only.high) == (100, 0.7, Decimal("0.9"), Decimal("0.9"))
    assert only.gap == pytest.approx(0.2)


def test_many_of_one_confidence_do_not_swallow_the_few_below() -> None:
    found = by_count(Sample.of([*wrong(5, 0.4), *right(95, 0.9)]))
    assert [(bin_.count, bin_.accuracy) for bin_ in found] == [(5, 0.0), (95, 1.0)]


def test_who_is_right_as_often_as_sure_has_no_error() -> None:
    bins = by_count(Sample.of([*right(8, 0.8), *wrong(2, 0.8)]))
    assert expected_error(bins) == pytest.approx(0)


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), min_size=1, max_size=200))
def test_every_answer_is_in_one_bin(answers: list[tuple[int, bool]]) -> None:
    sample = Sample.of(cases(*((sure / 50, is_right) for sure, is_right in answers)))
    assert sum(bin_.count for bin_ in by_count(sample)) == len(answers)
    assert sum(bin_.count for bin_ in by_width(sample)) == len(answers)
    assert all(one.high < other.low for one, other in zip(by_count(sample), by_count(sample)[1:], strict=False))
