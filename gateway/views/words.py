"""Chains in words: what leads on, how a member stands, why another was asked. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from costs.reasons import COOLDOWN, HopReason
from costs.views.calls.wording import reason_of as reason_of_attempt
from evals.parity import Standing
from gateway.routing.triggers import Trigger


@dataclass(frozen=True, slots=True)
class Word:
    """A pill."""

    tone: str
    word: str


TRIGGERS: Final[Mapping[Trigger, tuple[str, str]]] = {
    Trigger.RATE_LIMITED: ("It says “too many”", "429: its limit is reached."),
    Trigger.OVERLOADED: ("It is overloaded", "529, or 503 with the time after which to come back."),
    Trigger.SERVER_ERROR: ("It breaks", "Any other answer from 500 on."),
    Trigger.TIMEOUT: ("It is too slow", "Its first word takes longer than the seconds below its name."),
    Trigger.CONNECTION: ("It cannot be reached", "No connection, or one that breaks off before the first word."),
    Trigger.BAD_ANSWER: ("Its answer is unusable", "Not JSON, of another type than asked for, or empty."),
    Trigger.CONTEXT_OVERFLOW: ("The question is too long for it", "Only a model that takes a longer one is asked."),
}
PARITY: Final[Mapping[Standing, Word]] = {
    Standing.FIRST: Word("plain", "First"),
    Standing.HOLDS: Word("ok", "Holds"),
    Standing.FAILS: Word("bad", "Does not hold"),
    Standing.UNCLEAR: Word("warn", "Cannot tell yet"),
    Standing.UNMEASURED: Word("plain", "Not measured"),
}
_REASONS: Final[Mapping[str, str]] = {
    "429": "its limit was reached",
    "529": "it was overloaded",
    HopReason.TIMEOUT: "it was too slow",
    HopReason.CONNECT_TIMEOUT: "no connection came about",
    HopReason.CONNECTION: "it could not be reached",
    HopReason.DROP: "it broke off before its first word",
    HopReason.CONTEXT_OVERFLOW: "the question was too long for it",
    HopReason.STOPPED: "it was stopped",
    HopReason.OPEN: "it had failed again and again, and was left alone",
    HopReason.DRILL: "it was made to fail by a drill",
}


def reason_of(reason: str, status: int = 0) -> str:
    """Why a model gave no answer."""
    if reason in _REASONS:
        return _REASONS[reason]
    if reason.endswith(COOLDOWN):
        return f"it was left alone for a moment, as {reason_of(reason.removesuffix(COOLDOWN))}"
    if reason.isdigit():
        return f"it answered {reason}"
    return reason_of_attempt(reason, status)
