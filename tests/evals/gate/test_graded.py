import pytest

from evals.gate import exact, graded
from evals.gate.graded import Scores
from tests.evals.gate.factories import tally

WORSE = [Scores(f"case-{number}", [0.9, 0.8, 0.85], [0.6, 0.7, 0.5]) for number in range(10)]
MIXED = [
    Scores("one", [1, 1, 0], [0, 0, 1]),
    Scores("two", [1, 1, 1], [1, 0, 0]),
    Scores("three", [0, 0, 1], [1, 0, 0]),
]


def test_lower_scores_of_head_are_seen() -> None:
    found = graded.chances(WORSE, seed=1)
    assert found.worse == 1 / 5000
    assert found.better == 1.0


def test_scores_of_one_and_zero_give_what_the_exact_test_gives() -> None:
    tallies = [tally(base=(2, 3), head=(1, 3)), tally(base=(3, 3), head=(1, 3)), tally(base=(1, 3), head=(1, 3))]
    assert graded.chances(MIXED, seed=1) == pytest.approx(exact.chances(tallies), abs=0.02)


def test_the_same_seed_gives_the_same_answer() -> None:
    assert graded.chances(MIXED, seed=7) == graded.chances(MIXED, seed=7)


def test_equal_scores_are_a_tie_whatever_their_last_digits() -> None:
    assert graded.chances([Scores("one", [0.1, 0.2, 0.3], [0.3, 0.2, 0.1])], seed=1).worse > 0.5
    assert graded.chances([Scores("one", [0.7], [0.7])], seed=1) == (1.0, 1.0)


def test_arms_may_differ_in_runs() -> None:
    found = graded.chances([Scores("one", [0.9, 0.9, 0.9, 0.9], [0.1])], seed=1)
    assert found.worse == pytest.approx(1 / 5, abs=0.02)
