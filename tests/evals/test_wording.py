import pytest

from evals.wording import label


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ({"type": "icontains", "value": "30 days"}, "Contains “30 days”"),
        ({"type": "not-contains-any", "value": ["a", "b"]}, "Contains none of “a”, “b”"),
        ({"type": "refusal-correct", "value": True}, "Refuses to answer"),
        ({"type": "refusal-correct"}, "Refuses when it should, and only then"),
        ({"type": "latency", "threshold": 5000}, "Answers within 5,000 ms"),
        ({"type": "cost", "threshold": 0.01}, "Costs at most $0.01"),
        ({"type": "numeric", "value": 30}, "Says the number 30"),
        ({"type": "llm-rubric", "value": "Is kind"}, "Is kind"),
        ({"type": "assert-set", "metric": "tone"}, "tone"),
        ({"type": "javascript", "value": "output.length"}, "javascript output.length"),
    ],
)
def test_an_assertion_has_words_for_people(check: dict[str, object], words: str) -> None:
    assert label(check) == words
