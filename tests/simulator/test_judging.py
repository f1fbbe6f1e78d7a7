import json
from typing import Any

import pytest

from aiops.simulator.judging import verdict_on


def asked(requirement: str, answer: str) -> list[dict[str, Any]]:
    text = f"<answer>\n{answer}\n</answer>\n\n<requirement>\n{requirement}\n</requirement>"
    system = "You check what stands between <answer> and </answer>."
    return [{"role": "system", "content": system}, {"role": "user", "content": text}]


@pytest.mark.parametrize(
    ("answer", "passes"),
    [("You have 30 days to return it.", True), ("We open at nine.", False), ("", False)],
)
def test_a_requirement_holds_when_most_of_its_words_are_in_the_answer(answer: str, passes: bool) -> None:
    told = json.loads(verdict_on(asked("It says that the return takes 30 days.", answer)) or "")
    assert told["pass"] is passes
    assert 0 <= told["score"] <= 1
    assert told["reason"]


def test_any_other_question_is_none_for_a_judge() -> None:
    assert verdict_on([{"role": "user", "content": "How do I send a parcel back?"}]) is None
