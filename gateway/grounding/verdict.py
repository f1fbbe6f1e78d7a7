"""What a policy makes of a checked reply: what the user reads, or why they read none of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gateway.grounding.checking import Checked, Claim
from gateway.grounding.policy import Mode, Policy, Unverified


class Reason(StrEnum):
    NO_SOURCES = "no_sources"
    MODEL_REFUSED = "model_refused"
    INVALID_ANSWER = "invalid_answer"
    LOW_CONFIDENCE = "low_confidence"
    UNVERIFIED = "unverified"


# What its caller reads instead of an answer.
SENTENCES: Final[Mapping[str, str]] = {
    Reason.NO_SOURCES: "There is no source that could answer this.",
    Reason.MODEL_REFUSED: "The sources do not answer this.",
    Reason.INVALID_ANSWER: "No answer came that could be checked against the sources.",
    Reason.LOW_CONFIDENCE: "The sources do not answer this surely enough.",
    Reason.UNVERIFIED: "No answer could be confirmed in the sources.",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    text: str
    # Those that the text stands on.
    claims: tuple[Claim, ...]
    refused: bool = False
    # Of a refusal; or, of an answer that is only annotated, what enforcing would refuse it for.
    reason: Reason | None = None

    @classmethod
    def refusing(cls, reason: Reason) -> "Verdict":
        return cls(SENTENCES[reason], (), refused=True, reason=reason)


def judge(checked: Checked, policy: Policy) -> Verdict:
    return _enforced(checked, policy) if policy.mode is Mode.ENFORCE else _annotated(checked, policy)


def _enforced(checked: Checked, policy: Policy) -> Verdict:
    reason = _reason(checked, policy)
    if checked.answer is None or reason is not None:
        return Verdict.refusing(reason or Reason.INVALID_ANSWER)
    held = tuple(claim for claim in checked.claims if claim.holds)
    # The model's own sentences may say more than its claims do: what is given is said claim by claim.
    return Verdict(" ".join(claim.text for claim in held), held)


def _annotated(checked: Checked, policy: Policy) -> Verdict:
    reason = _reason(checked, policy)
    if checked.answer is None:
        return Verdict(checked.said, (), reason=reason)
    text = checked.answer.answer
    if not checked.answer.refused:
        return Verdict(text, checked.claims, reason=reason)
    return Verdict(text or SENTENCES[Reason.MODEL_REFUSED], (), refused=True, reason=reason)


def _reason(checked: Checked, policy: Policy) -> Reason | None:
    """Why the reply is not given, if it is not."""
    if checked.answer is None:
        return Reason.INVALID_ANSWER
    if checked.answer.refused:
        return Reason.MODEL_REFUSED
    if checked.answer.confidence < policy.min_confidence:
        return Reason.LOW_CONFIDENCE
    held = [claim.holds for claim in checked.claims]
    is_enough = all(held) if policy.unverified is Unverified.REFUSE else any(held)
    return None if held and is_enough else Reason.UNVERIFIED
