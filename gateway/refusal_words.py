"""Why an answer from sources was withheld: as pages say it, and what its caller read instead. Pure."""

from collections.abc import Mapping
from typing import Final

from gateway.grounding.verdict import SENTENCES, Reason

_WORDS: Final[Mapping[str, str]] = {
    Reason.NO_SOURCES: "no sources",
    Reason.MODEL_REFUSED: "not in its sources",
    Reason.INVALID_ANSWER: "in no form that can be checked",
    Reason.LOW_CONFIDENCE: "not sure enough",
    Reason.UNVERIFIED: "quotes do not hold",
}


def word_of(reason: str) -> str:
    """After "withheld:", or beside a number of calls."""
    return _WORDS.get(reason, reason.replace("_", " "))


def reason_of(said: str) -> Reason | None:
    """By its code, in letters of any kind, or by the words that pages have for it."""
    plain = said.strip().lower()
    code = plain.replace(" ", "_")
    return next((reason for reason in Reason if code == reason or plain == word_of(reason)), None)


def read_instead(reason: str) -> str:
    """Empty where that is not known: a model that finds no answer may say so in its own words."""
    return "" if reason == Reason.MODEL_REFUSED else SENTENCES.get(reason, "")


def sentences() -> list[tuple[str, str]]:
    """Each reason, and what its caller reads instead."""
    return [(_WORDS[reason], sentence) for reason, sentence in SENTENCES.items()]
