import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.gate.interval import Z, difference
from tests.evals.gate.factories import drawn, suite, tally

TIMES = 1500
# What chance adds to 2.5 % of so many, once in a thousand.
MOST_MISSES = 0.025 + 3.1 * (0.025 * 0.975 / TIMES) ** 0.5


def always(rate: float, cases: int) -> list[float]:
    return [rate] * cases


def wavering(cases: int, *, broken: int = 0) -> list[float]:
    """A fifth wavers between 0.05 and 0.95, the others pass; the last ones never do."""
    steady = cases - cases // 5 - broken
    return [*np.linspace(0.05, 0.95, cases // 5), *always(1.0, steady), *always(0.0, broken)]


def misses(base: list[float], head: list[float], repeats: int) -> tuple[float, float]:
    """How often the true difference lies below the interval, and above."""
    generator = np.random.default_rng(5)
    truth = 100 * (float(np.mean(head)) - float(np.mean(base)))
    found = [difference(drawn(base, head, repeats, generator)) for _ in range(TIMES)]
    below = sum(one.low > truth + 1e-9 for one in found)
    return below / TIMES, sum(one.high < truth - 1e-9 for one in found) / TIMES


@pytest.mark.parametrize("repeats", [1, 3, 5])
@pytest.mark.parametrize(
    ("base", "head"),
    [
        pytest.param(always(0.97, 5), always(0.97, 5), id="few cases that nearly always pass"),
        pytest.param(always(1.0, 40), always(0.95, 40), id="base without variance, all cases a little worse"),
        pytest.param(always(0.5, 3), always(0.3, 3), id="three cases"),
        pytest.param(always(0.5, 50), always(0.5, 50), id="every case wavers"),
        pytest.param(always(0.9, 30), always(0.8, 30), id="spread drop"),
        pytest.param(wavering(40), wavering(40), id="some cases waver"),
        pytest.param(wavering(40), wavering(40, broken=4), id="some waver, some broke"),
        pytest.param(always(1.0, 20), [0.5, *always(1.0, 19)], id="one case began to waver"),
    ],
)
def test_either_side_misses_at_most_one_time_in_forty(base: list[float], head: list[float], repeats: int) -> None:
    below, above = misses(base, head, repeats)
    assert below <= MOST_MISSES
    assert above <= MOST_MISSES


@given(cases=st.integers(1, 200), runs=st.integers(1, 6))
def test_without_any_failure_it_is_the_rule_of_three(cases: int, runs: int) -> None:
    found = difference(suite(cases, runs=runs))
    assert found.points == 0
    assert found.low == pytest.approx(max(-100, -100 * Z**2 / (cases * runs)))
    assert found.high == -found.low


@given(broken=st.integers(0, 10), better=st.integers(0, 10), runs=st.integers(1, 5))
def test_swapping_the_arms_turns_it_round(broken: int, better: int, runs: int) -> None:
    found = difference(suite(20, broken=broken, better=better, runs=runs))
    turned = difference(suite(20, broken=better, better=broken, runs=runs))
    assert (found.points, found.low, found.high) == pytest.approx((-turned.points, -turned.high, -turned.low))


def test_it_narrows_with_repeats() -> None:
    three = difference(suite(100, broken=3, better=3, runs=3))
    five = difference(suite(100, broken=3, better=3, runs=5))
    assert five.high - five.low < three.high - three.low


def test_every_case_weighs_the_same_however_often_it_was_run() -> None:
    found = difference([tally(base=(1, 1), head=(0, 1)), tally(base=(9, 9), head=(9, 9))])
    assert found.points == -50


def test_it_stays_within_a_hundred_points() -> None:
    found = difference([tally(base=(1, 1), head=(0, 1))])
    assert (found.points, found.low, found.high) == (-100, -100, 100)
