import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.gate.holm import holm


def test_the_smallest_is_multiplied_by_all_the_next_by_one_less() -> None:
    assert holm({"tone": 0.04, "facts": 0.01, "length": 0.03}) == pytest.approx(
        {"tone": 0.06, "facts": 0.03, "length": 0.06}
    )


def test_one_question_stays_as_it_is() -> None:
    assert holm({"passes": 0.02}) == {"passes": 0.02}


def test_no_questions_are_no_answers() -> None:
    assert holm({}) == {}


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), max_size=8))
def test_none_becomes_smaller_and_none_more_than_certain(chances: dict[str, float]) -> None:
    adjusted = holm(chances)
    assert list(adjusted) == list(chances)
    assert all(chances[name] <= adjusted[name] <= 1 for name in chances)
