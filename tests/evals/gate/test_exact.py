from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.gate.exact import chances
from evals.gate.tally import Tally
from tests.evals.gate.factories import orders, suite, tally


@st.composite
def arms(draw: st.DrawFn, most_runs: int) -> Tally:
    base_runs, head_runs = draw(st.integers(0, most_runs)), draw(st.integers(0, most_runs))
    passes = draw(st.integers(0, base_runs)), draw(st.integers(0, head_runs))
    return tally(base=(passes[0], base_runs), head=(passes[1], head_runs))


few = st.lists(arms(3), min_size=1, max_size=3)
many = st.lists(arms(6), min_size=1, max_size=30)


def mcnemar(lost: int, won: int) -> float:
    """One-sided: so few cases won, of those that changed, each as likely won as lost."""
    return sum(comb(lost + won, fewer) for fewer in range(won + 1)) / (1 << (lost + won))


@given(lost=st.integers(0, 40), won=st.integers(0, 40), same=st.integers(0, 20), failing=st.integers(0, 20))
def test_one_repeat_is_mcnemars_exact_test(lost: int, won: int, same: int, failing: int) -> None:
    cases = suite(lost + won + failing + same, broken=lost, better=won, failing=failing, runs=1)
    assert chances(cases).worse == pytest.approx(mcnemar(lost, won))
    assert chances(cases).better == pytest.approx(mcnemar(won, lost))


@given(few)
def test_it_counts_the_orders_that_passes_can_take(tallies: list[Tally]) -> None:
    head = sum(one.head_passes for one in tallies)
    every = orders(tallies)
    assert chances(tallies).worse == pytest.approx(sum(passes <= head for passes in every) / len(every))
    assert chances(tallies).better == pytest.approx(sum(passes >= head for passes in every) / len(every))


@given(many)
def test_swapping_the_arms_swaps_the_sides(tallies: list[Tally]) -> None:
    swapped = [tally(base=(one.head_passes, one.head_runs), head=(one.base_passes, one.base_runs)) for one in tallies]
    assert chances(swapped).worse == pytest.approx(chances(tallies).better)
    assert chances(swapped).better == pytest.approx(chances(tallies).worse)


@given(many)
def test_the_sides_share_nothing_but_what_was_observed(tallies: list[Tally]) -> None:
    both = chances(tallies)
    assert 0 < both.worse <= 1
    assert 0 < both.better <= 1
    assert both.worse + both.better >= 1 - 1e-12


@given(many, st.integers(1, 5))
def test_a_pass_that_moves_from_head_to_base_looks_worse(tallies: list[Tally], runs: int) -> None:
    even = tally("moved", base=(runs - 1, runs), head=(1, runs))
    moved = tally("moved", base=(runs, runs), head=(0, runs))
    assert chances([*tallies, moved]).worse <= chances([*tallies, even]).worse + 1e-12


@given(many)
def test_a_case_that_never_changes_says_nothing(tallies: list[Tally]) -> None:
    more = [*tallies, tally(base=(4, 4), head=(4, 4)), tally(base=(0, 4), head=(0, 4))]
    assert chances(more) == chances(tallies)


def test_three_passes_against_none_come_by_chance_once_in_twenty() -> None:
    assert chances([tally(base=(3, 3), head=(0, 3))]).worse == pytest.approx(1 / 20)


def test_no_cases_are_no_evidence() -> None:
    assert chances([]) == (1.0, 1.0)


def test_many_runs_of_one_case_stay_within_floats() -> None:
    assert chances([tally(base=(300, 600), head=(300, 600))]).worse == pytest.approx(0.5, abs=0.03)
