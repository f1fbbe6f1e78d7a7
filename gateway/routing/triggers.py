"""Which failures of a model lead to the next one of its chain. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from costs.reasons import HopReason


class Trigger(StrEnum):
    # 429, or 402: the balance at the provider is spent.
    RATE_LIMITED = "rate_limited"
    # 529, or 503 with the time after which it may be asked again.
    OVERLOADED = "overloaded"
    # Any other 5xx, and what is neither an answer nor a refusal: 204, 3xx.
    SERVER_ERROR = "server_error"
    # It was connected, and its first word came too late, be it for the chain's deadline; or 408.
    TIMEOUT = "timeout"
    # It was not reached, or broke off before its first word.
    CONNECTION = "connection"
    # Not JSON, not a stream when one was asked for, reported as failed, or empty.
    BAD_ANSWER = "bad_answer"
    # The question does not fit the model: only one that takes a longer question is asked.
    CONTEXT_OVERFLOW = "context_overflow"


EVERY: Final = frozenset(Trigger)
# By the word for the reason that stands in records.
_BY_REASON: Final[Mapping[str, Trigger]] = {
    "408": Trigger.TIMEOUT,
    "402": Trigger.RATE_LIMITED,
    "429": Trigger.RATE_LIMITED,
    "529": Trigger.OVERLOADED,
    HopReason.DRILL: Trigger.RATE_LIMITED,
    HopReason.TIMEOUT: Trigger.TIMEOUT,
    HopReason.DEADLINE: Trigger.TIMEOUT,
    HopReason.CONNECT_TIMEOUT: Trigger.CONNECTION,
    HopReason.CONNECTION: Trigger.CONNECTION,
    HopReason.DROP: Trigger.CONNECTION,
    # The model cannot be reached without one.
    HopReason.NO_KEY: Trigger.CONNECTION,
    HopReason.CONTEXT_OVERFLOW: Trigger.CONTEXT_OVERFLOW,
    HopReason.INVALID_JSON: Trigger.BAD_ANSWER,
    HopReason.INVALID_ANSWER: Trigger.BAD_ANSWER,
    HopReason.NO_STREAM: Trigger.BAD_ANSWER,
    HopReason.ERROR_EVENT: Trigger.BAD_ANSWER,
    HopReason.TOO_LARGE: Trigger.BAD_ANSWER,
}


def trigger_of(reason: str, *, retry_after: float | None = None) -> Trigger:
    """What a failure with this reason counts as; `retry_after`: what the provider said of the time."""
    if reason == "503" and retry_after is not None:
        return Trigger.OVERLOADED
    # Providers make up numbers and we new words: whatever is not known is a fault of theirs.
    return _BY_REASON.get(reason, Trigger.SERVER_ERROR)


def in_order(given: frozenset[Trigger]) -> list[str]:
    """As people read them, always the same way round."""
    return [str(each) for each in Trigger if each in given]
