"""What a policy makes of a reply, without a gateway."""

from typing import Any

import orjson
import pytest

from gateway.grounding.answers import BadAnswer, parse
from gateway.grounding.checking import check
from gateway.grounding.policy import Mode, Policy, Unverified
from gateway.grounding.sources import Source
from gateway.grounding.verdict import Reason, judge

SOURCES = (Source("a", "Returns are free within 30 days."), Source("b", "Gift cards are valid for 3 years."))
GOOD = {"text": "Returns are free.", "quotes": [{"source_id": "a", "quote": "Returns are free within 30 days"}]}
BAD = {"text": "Returns take 60 days.", "quotes": [{"source_id": "a", "quote": "Returns are free within 60 days"}]}
BARE = {"text": "We love you.", "quotes": []}
REPLY: dict[str, Any] = {
    "answer": "Returns are free; we love you.", "claims": [GOOD], "confidence": 0.9, "refused": False, "missing": "",
}  # fmt: skip


def reply(**changes: Any) -> str:
    return orjson.dumps({**REPLY, **changes}).decode()


def judged(content: str, **policy: Any) -> tuple[str, bool, Reason | None, int]:
    found = judge(check(content, SOURCES), Policy(**{"mode": Mode.ENFORCE, **policy}))
    return found.text, found.refused, found.reason, len(found.claims)


def test_what_is_given_says_no_more_than_the_claims_that_hold() -> None:
    assert judged(reply()) == ("Returns are free.", False, None, 1)


def test_one_that_is_only_annotated_is_given_as_it_is() -> None:
    assert judged(reply(), mode=Mode.ANNOTATE)[0] == REPLY["answer"]


@pytest.mark.parametrize("other", [BAD, BARE])
def test_a_claim_that_does_not_hold_is_dropped_with_the_sentence_that_says_it(other: dict[str, Any]) -> None:
    assert judged(reply(claims=[GOOD, other])) == ("Returns are free.", False, None, 1)


@pytest.mark.parametrize("other", [BAD, BARE])
def test_or_the_whole_answer_is_refused(other: dict[str, Any]) -> None:
    text, refused, reason, claims = judged(reply(claims=[GOOD, other]), unverified=Unverified.REFUSE)
    assert (refused, reason, claims) == (True, Reason.UNVERIFIED, 0)
    assert "Returns" not in text


@pytest.mark.parametrize(
    ("content", "policy", "reason"),
    [
        (reply(claims=[BAD]), {}, Reason.UNVERIFIED),
        (reply(claims=[]), {}, Reason.UNVERIFIED),
        (reply(confidence=0.59), {"min_confidence": 0.6}, Reason.LOW_CONFIDENCE),
        (reply(refused=True), {}, Reason.MODEL_REFUSED),
        ("It is free.", {}, Reason.INVALID_ANSWER),
    ],
)
def test_why_an_answer_is_refused(content: str, policy: dict[str, Any], reason: Reason) -> None:
    assert judged(content, **policy)[1:] == (True, reason, 0)


def test_a_refusal_of_the_model_says_nothing_that_nobody_checked() -> None:
    text, *_ = judged(reply(refused=True, answer="I cannot say, but it is surely 5 euro.", claims=[BAD]))
    assert text == "The sources do not answer this."


def test_a_confidence_at_the_threshold_is_enough() -> None:
    assert judged(reply(confidence=0.6), min_confidence=0.6)[1] is False


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "empty"),
        ("", "empty"),
        ("Sure: {", "not one JSON object"),
        ("{} or {}", "not one JSON object"),
        ("Sure: {}", "from 0 to 1"),
        ("[]", "must be a JSON object"),
        (reply(confidence=90), "from 0 to 1"),
        (reply(confidence=True), "from 0 to 1"),
        (reply(confidence="high"), "from 0 to 1"),
        (reply().replace("0.9", "NaN"), "not one JSON object"),
        (reply(refused="no"), "true or false"),
        (reply(claims={}), "claims must be a list"),
        (reply(claims=["x"]), "Claim 1 must be a JSON object"),
        (reply(claims=[{"text": "x"}]), "Claim 1: quotes must be a list"),
        (reply(claims=[{"text": "x", "quotes": [{"quote": "y"}]}]), "source_id must be a text"),
        (reply(claims=[GOOD] * 61), "too many"),
        (reply(claims=[{"text": "x", "quotes": GOOD["quotes"] * 101}]), "too many"),
        (reply(claims=[{"text": "x", "quotes": [{"source_id": "a", "quote": "y" * 2001}]}]), "too long"),
        ("[" * 100_000, "not one JSON object"),
    ],
)
def test_a_reply_of_another_shape_says_what_is_wrong(content: Any, told: str) -> None:
    with pytest.raises(BadAnswer) as refused:
        parse(content)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "around", ["```json\n%s\n```", "```\n%s\n```", "  %s\n", "Sure:\n%s\nIs that all?", "<think>a {b}</think> %s"]
)
def test_what_models_put_around_their_json_is_no_fault(around: str) -> None:
    assert parse(around % reply()).confidence == 0.9


def test_the_model_is_told_each_fault_with_its_place() -> None:
    elsewhere = {"text": "x", "quotes": [{"source_id": "a", "quote": "Gift cards are valid for 3 years."}]}
    assert check(reply(claims=[GOOD, BAD, elsewhere, BARE]), SOURCES).faults == (
        "Claim 2: the quote 'Returns are free within 60 days' stands in no source.",
        "Claim 3: the quote 'Gift cards are valid for 3 years.' does not stand in source 'a', but in another one.",
        "Claim 4 has no quote.",
    )
