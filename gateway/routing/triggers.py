"""Which failures of a model lead to the next one of its chain. Pure."""

from enum import StrEnum
from typing import Final


class Trigger(StrEnum):
    # 429.
    RATE_LIMITED = "rate_limited"
    # 529, or 503 with the time after which it may be asked again.
    OVERLOADED = "overloaded"
    # Any other 5xx.
    SERVER_ERROR = "server_error"
    # It was connected, and its first word came too late.
    TIMEOUT = "timeout"
    # It was not reached, or broke off before its first word.
    CONNECTION = "connection"
    # Not JSON, of another type than asked for, or empty.
    BAD_ANSWER = "bad_answer"
    # The question does not fit the model: only one that takes a longer question is asked.
    CONTEXT_OVERFLOW = "context_overflow"


EVERY: Final = frozenset(Trigger)
# By the word for the reason that stands in records.
_BY_REASON: Final = {
    "408": Trigger.TIMEOUT,
    "429": Trigger.RATE_LIMITED,
    "529": Trigger.OVERLOADED,
    "drill": Trigger.RATE_LIMITED,
    "timeout": Trigger.TIMEOUT,
    "connect_timeout": Trigger.CONNECTION,
    "connection": Trigger.CONNECTION,
    "drop": Trigger.CONNECTION,
    # The model cannot be reached without one.
    "no_key": Trigger.CONNECTION,
    "context_overflow": Trigger.CONTEXT_OVERFLOW,
    "invalid_json": Trigger.BAD_ANSWER,
    "invalid_answer": Trigger.BAD_ANSWER,
    "no_stream": Trigger.BAD_ANSWER,
    "error_event": Trigger.BAD_ANSWER,
    "too_large": Trigger.BAD_ANSWER,
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
