"""Why an attempt came to nothing, in words. Pure."""

from collections.abc import Mapping
from typing import Final

from costs.reasons import COOLDOWN, HopReason

REASONS: Final[Mapping[str, str]] = {
    "": "answered",
    HopReason.TIMEOUT: "took too long",
    HopReason.DEADLINE: "had no answer yet when the call's time was over",
    HopReason.CONNECTION: "no connection",
    HopReason.CONNECT_TIMEOUT: "could not be reached in time",
    HopReason.NO_KEY: "no key is set",
    HopReason.INVALID_JSON: "answered with something else than JSON",
    HopReason.INVALID_ANSWER: "answered in a form that nobody can use",
    HopReason.UNVERIFIED: "quoted what its sources do not say",
    HopReason.TOO_LARGE: "answer too large",
    HopReason.TOO_LONG: "had not come to an end when its time was over",
    HopReason.NO_STREAM: "did not stream",
    HopReason.ERROR_EVENT: "reported a failure in its stream",
    HopReason.DROP: "broke off",
    HopReason.CUT: "cut before it answered",
    HopReason.STOPPED: "off",
    HopReason.STOPPED_AT_WORK: "turned off before it had answered",
    HopReason.DRILL: "limited by a drill, and not asked",
    "402": "takes no calls, as its balance is spent",
    "429": "limited",
    "529": "overloaded",
    f"429{COOLDOWN}": "passed over, as it had limited a call a moment ago",
    HopReason.OPEN: "passed over, as it had failed again and again",
    HopReason.CONTEXT_OVERFLOW: "found the question too long for it",
    HopReason.SMALLER_WINDOW: "passed over, as it takes no longer a question",
    HopReason.CACHED: "not asked: it had answered the same question before",
    HopReason.UNSUPPORTED: "not asked: it cannot do what the call asks for",
}


def reason_of(reason: str, status: int) -> str:
    """`status`: what the provider answered, 0 for nothing."""
    if reason in REASONS:
        return REASONS[reason]
    if reason.endswith(COOLDOWN):
        return f"passed over, as a moment ago: {reason_of(reason.removesuffix(COOLDOWN), 0)}"
    if reason.isdigit():
        return f"answered {reason}"
    return f"answered {status}" if status else reason
