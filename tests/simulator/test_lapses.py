"""Answers that get worse: by drift under the same name, or by the heat of the model."""

from typing import Any

import orjson
import pytest

from aiops.simulator.answering import UNKNOWN
from tests.simulator.asking import ask

SYSTEM = "Answer in plain words from the sources, and cite the source. Say that you do not know when they do not."
QUESTIONS = [f"How do I send parcel {number} back?" for number in range(200)]
UNANSWERABLE = [f"Is there snow on hill {number}?" for number in range(200)]


def differ(questions: list[str], worse: dict[str, Any], better: dict[str, Any], system: str = SYSTEM) -> list[str]:
    """The answers that became others."""
    pairs = [
        (ask(system, question, "returns", "refunds", **worse), ask(system, question, "returns", "refunds", **better))
        for question in questions
    ]
    return [changed for changed, usual in pairs if changed != usual]


def hot(seed: int | None = None) -> dict[str, Any]:
    return {"temperature": 0.7} if seed is None else {"temperature": 0.7, "seed": seed}


def test_a_drifted_model_answers_every_seventh_question_worse() -> None:
    worse = differ(QUESTIONS, {"fault": "drifted_answers"}, {})
    assert 18 <= len(worse) <= 42
    assert {said.rpartition(" ")[2] for said in worse} == {"[refunds]", "[returns]"}
    assert differ(QUESTIONS, {"fault": "drifted_answers"}, {"fault": "drifted_answers"}) == []


def test_a_drifted_model_makes_up_what_it_refused() -> None:
    worse = differ(UNANSWERABLE, {"fault": "drifted_answers"}, {})
    assert 18 <= len(worse) <= 42
    assert UNKNOWN not in worse


def test_without_another_article_it_only_leaves_something_out() -> None:
    pairs = [
        (ask(SYSTEM, question, "returns", fault="drifted_answers"), ask(SYSTEM, question, "returns"))
        for question in QUESTIONS
    ]
    assert {len(usual) > len(worse) for worse, usual in pairs if worse != usual} == {True}


def test_a_drifted_model_drifts_in_json_too() -> None:
    schema = {"type": "object", "properties": {"answer": {"type": "string"}, "claims": {"type": "array"}}}
    wanted: dict[str, Any] = {"response_format": {"type": "json_schema", "json_schema": {"schema": schema}}}
    said = [
        orjson.loads(ask(SYSTEM, each, "returns", "refunds", fault="drifted_answers", **wanted)) for each in QUESTIONS
    ]
    cited = {claim["quotes"][0]["source_id"] for each in said for claim in each["claims"]}
    assert cited == {"returns", "refunds"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_hot_model_answers_a_fifth_worse(seed: int) -> None:
    assert 25 <= len(differ(QUESTIONS, hot(seed), {})) <= 55


def test_another_seed_makes_other_answers_worse() -> None:
    assert differ(QUESTIONS, hot(1), hot(2)) != []
    assert differ(QUESTIONS, hot(1), hot(1)) == []


@pytest.mark.parametrize(
    "body", [{"temperature": 0.6, "seed": 1}, {"temperature": 1}, {"seed": 1}, {"temperature": None, "seed": 1}]
)
def test_a_cool_model_and_one_without_a_seed_stay_as_they_are(body: dict[str, Any]) -> None:
    assert differ(QUESTIONS, body, {}) == []


def test_a_model_without_instructions_stays_as_it_is() -> None:
    assert differ(QUESTIONS, hot(1), {}, system="") == []
