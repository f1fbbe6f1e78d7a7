from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from evals.calibration.cases import STEP, Case, Sample
from evals.calibration.conformal import Lacking, allowed_wrong, least_cases, threshold
from tests.evals.calibration.cases import cases, losses, refused, right, unmeasured, wrong

TWO, TEN = Decimal("0.02"), Decimal("0.1")


def found(given: list[Case], target: Decimal) -> Decimal | None:
    return threshold(Sample.of(given), target).value


def by_definition(given: list[Case], target: Decimal) -> Decimal | None:
    """Every threshold there is, one by one, in whole numbers."""
    fits = (
        each * STEP
        for each in range(10_001)
        if Fraction(sum(losses(given, each * STEP)) + 1, len(given) + 1) <= Fraction(target)
    )
    return next(fits, None)


def test_it_lies_just_above_the_surest_wrong_answer_that_is_one_too_many() -> None:
    given = [*right(90), *wrong(5, 0.4), *wrong(4, 0.6), *wrong(1, 0.7)]
    # Nine of a hundred and one may be wrong and answered: ten less the one that is added.
    assert allowed_wrong(100, TEN) == 9
    assert found(given, TEN) == Decimal("0.4001")


def test_answers_as_sure_as_the_one_too_many_go_with_it() -> None:
    assert found([*right(95), *wrong(5, 0.7)], Decimal("0.05")) == Decimal("0.7001")


def test_all_right_needs_no_threshold() -> None:
    assert found(right(49), TWO) == 0


def test_few_wrong_ones_need_no_threshold() -> None:
    assert found([*right(95), *wrong(4, 0.99)], Decimal("0.05")) == 0


def test_all_wrong_answers_nothing() -> None:
    assert found(wrong(100, 0.8), TWO) == Decimal("0.8001")


def test_a_constant_confidence_answers_all_or_nothing() -> None:
    assert found([*right(99, 0.9), *wrong(1, 0.9)], TWO) == 0
    assert found([*right(98, 0.9), *wrong(2, 0.9)], TWO) == Decimal("0.9001")


@pytest.mark.parametrize(("target", "least"), [("0.02", 49), ("0.01", 99), ("0.05", 19), ("0.03", 33), ("0.5", 1)])
def test_too_few_cases_are_told(target: str, least: int) -> None:
    assert least_cases(Decimal(target)) == least
    assert found(right(least), Decimal(target)) == 0
    short = threshold(Sample.of(right(least - 1)), Decimal(target))
    assert (short.value, short.lacks) == (None, Lacking.CASES)


def test_one_case_proves_nothing_of_two_percent() -> None:
    assert threshold(Sample.of(right(1)), TWO).lacks is Lacking.CASES


def test_no_case_proves_nothing() -> None:
    assert threshold(Sample.of([]), TWO).lacks is Lacking.CASES


def test_wrong_answers_of_full_confidence_are_refused_by_no_threshold() -> None:
    given = threshold(Sample.of([*right(97), *wrong(3, 1)]), TWO)
    assert (given.value, given.lacks, given.surely_wrong) == (None, Lacking.DOUBT, 3)


def test_what_the_model_refused_counts_as_a_case_and_is_never_answered() -> None:
    assert found([*right(40), *wrong(9, 0.9)], TEN) == Decimal("0.9001")
    assert found([*right(40), *wrong(9, 0.9), *refused(51)], TEN) == 0


def test_what_was_not_measured_is_no_case() -> None:
    sample = Sample.of([*right(48), *unmeasured(1)])
    assert (sample.cases, sample.unmeasured) == (48, 1)
    assert threshold(sample, TWO).lacks is Lacking.CASES


def test_more_than_two_percent_not_measured_is_too_much() -> None:
    assert Sample.of([*right(98), *unmeasured(2)]).is_enough_measured
    assert not Sample.of([*right(97), *unmeasured(3)]).is_enough_measured
    assert not Sample.of([]).is_enough_measured


def test_a_case_counts_once_by_its_first_answer_that_was_measured() -> None:
    repeats = [Case("a"), Case("a", Decimal("0.4"), False), Case("a", Decimal("0.9"), True)]
    sample = Sample.of(repeats)
    assert (sample.cases, sample.unmeasured, list(sample.answers)) == (1, 0, [(Decimal("0.4"), False)])


ANSWER = st.tuples(st.integers(0, 20), st.sampled_from(["right", "wrong", "refused"]))
TARGET = st.integers(1, 99).map(lambda percent: Decimal(percent) / 100)


def made(answers: list[tuple[int, str]]) -> list[Case]:
    return [
        Case(str(number), Decimal(sure) / 20, None if what == "refused" else what == "right", refused=what == "refused")
        for number, (sure, what) in enumerate(answers)
    ]


@given(st.lists(ANSWER, max_size=60), TARGET)
def test_it_is_the_smallest_that_the_definition_allows(answers: list[tuple[int, str]], target: Decimal) -> None:
    given = made(answers)
    assert found(given, target) == by_definition(given, target)


@given(st.lists(ANSWER, max_size=60), TARGET, TARGET)
def test_a_stricter_target_never_lowers_it(answers: list[tuple[int, str]], one: Decimal, other: Decimal) -> None:
    strict, mild = (found(made(answers), target) for target in sorted((one, other)))
    # None is above every threshold.
    assert (2 if strict is None else strict) >= (2 if mild is None else mild)


@given(st.lists(ANSWER, max_size=60), TARGET, st.randoms(use_true_random=False))
def test_the_order_of_the_cases_does_not_matter(
    answers: list[tuple[int, str]], target: Decimal, random: object
) -> None:
    given = made(answers)
    assert found(list(reversed(given)), target) == found(given, target)


def drawn(random: np.random.Generator, number: int) -> list[Case]:
    """Of a model that is surer than it should be: right with its confidence to the power of three."""
    sure = np.round(random.uniform(size=number), 2)
    is_right: NDArray[np.bool_] = random.uniform(size=number) < sure**3
    return cases(*zip(sure.tolist(), is_right.tolist(), strict=True))


@pytest.mark.parametrize(("target", "number"), [("0.02", 60), ("0.05", 40), ("0.1", 25)])
def test_a_further_case_is_wrong_and_answered_no_more_often_than_was_promised(target: str, number: int) -> None:
    """Drawn with a seed, so that it says the same each time; three deviations of the mean are its room."""
    random, wanted = np.random.default_rng(20261126), Decimal(target)
    thresholds = [found(drawn(random, number), wanted) for _ in range(3000)]
    fresh = [losses(drawn(random, 1), Decimal(2) if each is None else each)[0] for each in thresholds]
    share = sum(fresh) / len(fresh)
    assert share <= float(target) + 3 * (float(target) / len(fresh)) ** 0.5
    # Nor is so little answered that it would hold by itself.
    assert share > float(target) / 10
