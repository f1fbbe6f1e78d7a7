"""Chains in words: what leads on, how a member stands. Pure."""

from collections.abc import Mapping
from typing import Final

from evals.parity import Standing
from gateway.routing.triggers import Trigger
from gateway.standing.words import Word

TRIGGERS: Final[Mapping[Trigger, tuple[str, str]]] = {
    Trigger.RATE_LIMITED: ("It says “too many”", "429: its limit is reached; or 402: its account has no credit."),
    Trigger.OVERLOADED: ("It is overloaded", "529, or 503 with the time after which to come back."),
    Trigger.SERVER_ERROR: ("It breaks", "Any other answer from 500 on, and what is neither an answer nor an error."),
    Trigger.TIMEOUT: ("It is too slow", "Its first word takes longer than the seconds below its name."),
    Trigger.CONNECTION: ("It cannot be reached", "No connection, or one that breaks off before the first word."),
    Trigger.BAD_ANSWER: ("Its answer is unusable", "Not JSON, no stream where one was asked for, or empty."),
    Trigger.CONTEXT_OVERFLOW: ("The question is too long for it", "Only a model that takes a longer one is asked."),
}
PARITY: Final[Mapping[Standing, Word]] = {
    Standing.FIRST: Word("plain", "First"),
    Standing.HOLDS: Word("ok", "Holds"),
    Standing.FAILS: Word("bad", "Does not hold"),
    Standing.UNCLEAR: Word("warn", "Cannot tell yet"),
    Standing.UNMEASURED: Word("plain", "Not measured"),
}
