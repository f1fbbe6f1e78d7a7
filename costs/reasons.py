"""Why an attempt on a model came to nothing: the words of records, and what they say of the model. Pure.

Beside them an attempt has the number that the provider answered as its reason, as `503`.
"""

from enum import StrEnum
from http import HTTPStatus
from typing import Final


class HopReason(StrEnum):
    TIMEOUT = "timeout"
    # The call's time was over before the model's own.
    DEADLINE = "deadline"
    CONNECT_TIMEOUT = "connect_timeout"
    CONNECTION = "connection"
    DROP = "drop"
    INVALID_JSON = "invalid_json"
    INVALID_ANSWER = "invalid_answer"
    NO_STREAM = "no_stream"
    ERROR_EVENT = "error_event"
    TOO_LARGE = "too_large"
    # It went on for longer than any stream may, be it for a caller who read slowly.
    TOO_LONG = "too_long"
    # Its quotes are not in its sources.
    UNVERIFIED = "unverified"
    # The question does not fit the model.
    CONTEXT_OVERFLOW = "context_overflow"
    # It was under way when its call ended.
    CUT = "cut"
    # It alone was turned off meanwhile.
    STOPPED_AT_WORK = "stopped_at_work"
    # Passed over, and not asked.
    STOPPED = "stopped"
    DRILL = "drill"
    OPEN = "open"
    NO_KEY = "no_key"
    SMALLER_WINDOW = "smaller_window"
    UNSUPPORTED = "unsupported"
    # What it had answered before was given.
    CACHED = "cached"


# Behind the reason for which a model is left alone for a moment.
COOLDOWN: Final = "-cooldown"
NOT_ASKED: Final = frozenset(
    {
        HopReason.STOPPED,
        HopReason.DRILL,
        HopReason.OPEN,
        HopReason.NO_KEY,
        HopReason.SMALLER_WINDOW,
        HopReason.UNSUPPORTED,
        HopReason.CACHED,
    }
)
# It was asked, and the fault lies with the question, or with what ended the call.
_NOT_ITS_FAULT: Final = frozenset(
    {HopReason.CUT, HopReason.STOPPED_AT_WORK, HopReason.CONTEXT_OVERFLOW, HopReason.TOO_LONG}
)
# It was asked, and broke. One whose time the call's own cut short may have been well.
BROKEN: Final = (
    HopReason.TIMEOUT,
    HopReason.CONNECT_TIMEOUT,
    HopReason.DROP,
    HopReason.CONNECTION,
    HopReason.INVALID_JSON,
    HopReason.INVALID_ANSWER,
    HopReason.NO_STREAM,
    HopReason.ERROR_EVENT,
    HopReason.TOO_LARGE,
)
# With 200 as its status: its answer had begun, and came to nothing.
_IN_ITS_ANSWER: Final = frozenset(
    {
        HopReason.TIMEOUT,
        HopReason.DROP,
        HopReason.INVALID_JSON,
        HopReason.ERROR_EVENT,
        HopReason.TOO_LARGE,
        HopReason.TOO_LONG,
    }
)
# The key is not taken, the balance is spent, the model is not there, it took too long: any other 4xx but 429 finds
# fault with the question.
ITS_OWN_4XX: Final = (401, 402, 404, 408)
_BLAMED_4XX: Final = (*ITS_OWN_4XX, 429)

# Of an attempt that failed, for no fault of the question, nor of what ended the call; `hop` is its place in `hops`.
FAILED_SQL: Final = f"""(hop ->> 4 <> '' AND hop ->> 4 NOT LIKE '%%{COOLDOWN}'
  AND hop ->> 4 NOT IN ({", ".join(f"'{each}'" for each in sorted(NOT_ASKED | _NOT_ITS_FAULT))})
  AND NOT ((hop ->> 2)::int BETWEEN 400 AND 499
    AND (hop ->> 2)::int NOT IN ({", ".join(map(str, _BLAMED_4XX))})))"""


SAYABLE: Final = f"a status such as 429 or 503, 429{COOLDOWN}, or {', '.join(HopReason)}"


def is_reason(text: str) -> bool:
    """Whether a record can have it."""
    bare = text.removesuffix(COOLDOWN)
    is_status = len(bare) == 3 and bare.isascii() and bare.isdigit() and "1" <= bare[0] <= "5"
    return is_status or text in HopReason


def was_asked(reason: str) -> bool:
    return reason not in NOT_ASKED and not reason.endswith(COOLDOWN)


def has_begun(reason: str, status: int) -> bool:
    """Whether a model whose call was streamed had begun to answer."""
    return not reason or (status == HTTPStatus.OK and reason in _IN_ITS_ANSWER)


def has_failed(reason: str, status: int) -> bool:
    """As `FAILED_SQL`."""
    is_questions = 400 <= status < 500 and status not in _BLAMED_4XX
    return bool(reason) and was_asked(reason) and reason not in _NOT_ITS_FAULT and not is_questions
