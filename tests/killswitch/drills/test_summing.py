import pytest
from hypothesis import given
from hypothesis import strategies as st

from killswitch.drills import summarise
from killswitch.drills.summing import BOUNDS, histogram, quantile


def test_half_and_almost_all_and_the_slowest_are_values_that_were_measured() -> None:
    found = summarise([0.03, 0.01, 0.02, 4.0], drills=2, passed=1)
    assert (found.p50, found.p99, found.max) == (0.02, 4.0, 4.0)
    assert (found.drills, found.passed, found.samples) == (2, 1, 4)


def test_of_nothing_nothing_is_known() -> None:
    found = summarise([], drills=0, passed=0)
    assert (found.p50, found.p99, found.max, sum(found.histogram)) == (None, None, None, 0)


@pytest.mark.parametrize(("seconds", "place"), [(0.0, 0), (0.01, 0), (0.011, 1), (5.0, 9), (5.1, 10)])
def test_a_bound_belongs_to_its_own_bar(seconds: float, place: int) -> None:
    assert histogram([seconds])[place] == 1


@given(st.lists(st.floats(0, 60), min_size=1), st.floats(0.01, 1))
def test_at_least_this_share_took_no_longer(samples: list[float], share: float) -> None:
    found = quantile(sorted(samples), share)
    assert found is not None
    assert sum(sample <= found for sample in samples) >= share * len(samples) - 1e-9


@given(st.lists(st.floats(0, 60)))
def test_every_sample_is_in_one_bar(samples: list[float]) -> None:
    assert sum(histogram(samples)) == len(samples)
    assert len(histogram(samples)) == len(BOUNDS) + 1
