"""How a call ended, in a word, when its answer was withheld or kept."""

import pytest

from costs.models import Call
from costs.views.calls.quoting import answer_of, outcome_of


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "Answered"),
        ({"refusal": "low_confidence"}, "Withheld"),
        ({"refusal": "model_refused"}, "Not in its sources"),
        ({"refusal": "unverified", "quotes_fabricated": 2}, "Withheld"),
        ({"price_match": "nothing_asked"}, "Kept answer"),
        ({"outcome": "stopped", "refusal": ""}, "Stopped"),
    ],
)
def test_a_pill_says_what_became_of_the_answer(fields: dict[str, object], word: str) -> None:
    values: dict[str, object] = {"outcome": "ok", "price_match": "exact", "refusal": "", **fields}
    assert outcome_of(Call(**values)).word == word


def test_only_a_caller_who_read_it_as_it_came_had_begun_to_read_what_broke_off() -> None:
    broken: dict[str, object] = {"outcome": "provider_error", "streamed": True, "first_chunk_ms": 37, "refusal": ""}
    assert "had begun to read it" in outcome_of(Call(**broken)).told
    assert "had begun to read it" not in outcome_of(Call(**broken, sources_given=2)).told


@pytest.mark.parametrize(
    ("fields", "tone", "word"),
    [
        ({}, "ok", "answered"),
        ({"refusal": "low_confidence"}, "warn", "answered, withheld"),
        ({"refusal": "unverified", "quotes_fabricated": 2}, "warn", "answered, with 2 made-up quotes, withheld"),
        ({"refusal": "model_refused"}, "warn", "answered that its sources do not say"),
    ],
)
def test_the_last_attempt_says_whether_its_answer_was_given(fields: dict[str, object], tone: str, word: str) -> None:
    values: dict[str, object] = {"refusal": "", **fields}
    answer = answer_of(Call(**values))
    assert (answer.tone, answer.word) == (tone, word)
