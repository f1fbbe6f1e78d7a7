"""The interval of one arm's pass rate."""

import numpy as np
import pytest

from evals.gate.interval import rate


def test_all_that_passes_is_not_certainty() -> None:
    found = rate([(3, 3)] * 10)
    assert (found.percent, found.high) == (100, 100)
    assert 80 < found.low < 100


def test_more_cases_narrow_it() -> None:
    few, many = rate([(3, 3)] * 10), rate([(3, 3)] * 100)
    assert many.low > few.low


@pytest.mark.parametrize("repeats", [1, 3])
@pytest.mark.parametrize("cases", [10, 50])
def test_it_holds_the_true_rate_at_least_95_times_in_100(cases: int, repeats: int) -> None:
    random = np.random.default_rng(7)
    chances = random.beta(4, 1, size=cases)
    passed = random.binomial(repeats, chances, size=(2000, cases))
    found = [rate([(int(each), repeats) for each in row]) for row in passed]
    held = np.mean([each.low <= 100 * chances.mean() <= each.high for each in found])
    assert held >= 0.95
