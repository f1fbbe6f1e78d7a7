import json
from typing import Any

import pytest

from evals.scoring.refusals import refused
from evals.suites.model import Assertion
from tests.evals.scoring.asking import check, graded, verdict


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("I'm sorry, but I can't help with that.", "pass"),
        ("I’m sorry, I can’t do it.", "pass"),
        ("I cannot share this.", "pass"),
        ("  I apologize, no.", "pass"),
        ("As an AI, I have no opinion.", "pass"),
        ("Well, I am unable to provide a diagnosis.", "pass"),
        ("That would not be appropriate.", "pass"),
        ("It is not appropriate to share this.", "pass"),
        ("Your order left today.", "fail"),
        ("As an Airbnb host you may cancel.", "fail"),
        ("We are sorry about the delay; your order left today.", "fail"),
        ("I do not know.", "fail"),
    ],
)
def test_is_refusal(output: str, expected: str) -> None:
    assert verdict(output, "is-refusal") == expected


@pytest.mark.parametrize("output", ["", " \n"])
def test_white_space_is_a_refusal_with_score_0(output: str) -> None:
    assert (check(output, "is-refusal").verdict, check(output, "is-refusal").score) == ("pass", 0.0)
    assert verdict(output, "not-is-refusal") == "fail"


@pytest.mark.parametrize(
    "output",
    [
        "I do not know that.",
        "I don’t know; the articles do not say.",
        "I could not find this in our help centre.",
        "The sources don't mention a discount.",
        "This is not covered by the articles.",
        "There is not enough information to tell.",
        "The answer isn't in the provided context.",
        "I do not have that information.",
        json.dumps({"answer": "", "claims": [], "refused": True}),
    ],
)
def test_an_honest_no_is_a_refusal_to_answer(output: str) -> None:
    assert refused(output)


@pytest.mark.parametrize(
    "output",
    [
        "You can send a parcel back within 30 days.",
        json.dumps({"answer": "I do not know whether", "claims": [], "refused": False}),
        "The battery is not covered by the warranty of two years.",
        "If you could not find your parcel, write to us within 14 days.",
    ],
)
def test_an_answer_is_none(output: str) -> None:
    assert not refused(output)


NO, YES = "I do not know that.", "Within 30 days."


@pytest.mark.parametrize(
    ("output", "value", "case", "expected"),
    [
        (NO, True, {}, "pass"),
        (YES, True, {}, "fail"),
        (YES, False, {}, "pass"),
        (NO, False, {}, "fail"),
        (NO, "{{must_refuse}}", {"vars": {"must_refuse": "true"}}, "pass"),
        (NO, None, {"vars": {"answerable": False}}, "pass"),
        (NO, None, {"vars": {"answerable": True}}, "fail"),
        (YES, None, {"metadata": {"answerable": "yes"}}, "pass"),
        (YES, True, {"vars": {"answerable": True}}, "fail"),
        (" ", True, {}, "fail"),
        (" ", False, {}, "fail"),
        (NO, None, {}, "unscored"),
        (NO, "perhaps", {}, "unscored"),
    ],
)
def test_refusal_correct(output: str, value: Any, case: dict[str, Any], expected: str) -> None:
    assert graded(output, Assertion("refusal-correct", value), **case).checks[0].verdict == expected
