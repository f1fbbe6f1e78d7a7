"""How a call ended, in a word, when its answer was withheld or kept."""

import pytest

from costs.models import Call
from costs.views.calls.quoting import outcome_of


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "Answered"),
        ({"refusal": "low_confidence"}, "Withheld"),
        ({"refusal": "unverified", "quotes_fabricated": 2}, "Withheld"),
        ({"price_match": "nothing_asked"}, "Kept answer"),
        ({"outcome": "stopped", "refusal": ""}, "Stopped"),
    ],
)
def test_a_pill_says_what_became_of_the_answer(fields: dict[str, object], word: str) -> None:
    values: dict[str, object] = {"outcome": "ok", "price_match": "exact", "refusal": "", **fields}
    assert outcome_of(Call(**values)).word == word
