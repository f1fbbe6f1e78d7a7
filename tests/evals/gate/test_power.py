import numpy as np
import pytest

from evals.gate.exact import chances
from evals.gate.power import detectable
from tests.evals.gate.factories import drawn


def caught(drop: int, *, repeats: int, alpha: float) -> float:
    """How often, of 100 cases of which 20 waver and of which so many of the others break."""
    generator = np.random.default_rng(11)
    trials = [_trial(drop, repeats, generator) for _ in range(600)]
    return sum(p < alpha for p in trials) / len(trials)


def _trial(drop: int, repeats: int, generator: np.random.Generator) -> float:
    rates = [*generator.random(20), *[1.0] * 80]
    return chances(drawn(rates, [*rates[: 100 - drop], *[0.0] * drop], repeats, generator)).worse


def test_a_hundred_cases_asked_three_times_show_six_points() -> None:
    assert detectable(cases=100, repeats=3, alpha=0.03) == 6


@pytest.mark.parametrize(("repeats", "alpha"), [(1, 0.05), (3, 0.03), (5, 0.02)])
def test_what_it_says_is_caught_nine_times_in_ten(repeats: int, alpha: float) -> None:
    points = detectable(cases=100, repeats=repeats, alpha=alpha)
    assert points is not None
    assert caught(points, repeats=repeats, alpha=alpha) > 0.87
    assert caught(points - 2, repeats=repeats, alpha=alpha) < 0.9


def test_cases_that_never_waver_show_more() -> None:
    assert detectable(cases=100, repeats=3, alpha=0.03, noise=0) == 2


def test_a_whole_case_must_break_to_be_seen() -> None:
    assert detectable(cases=10, repeats=5, alpha=0.05, noise=0) == 10


def test_four_cases_asked_once_show_nothing() -> None:
    assert detectable(cases=4, repeats=1, alpha=0.05, noise=0) is None


def test_five_cases_asked_once_show_that_all_broke() -> None:
    assert detectable(cases=5, repeats=1, alpha=0.05, noise=0) == 100
