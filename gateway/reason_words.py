"""Why a model gave no answer, as it is told of a chain. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from costs.reason_words import reason_of as reason_of_attempt
from costs.reasons import COOLDOWN, HopReason

_REASONS: Final[Mapping[str, str]] = {
    "402": "the balance there was spent",
    "429": "its limit was reached",
    "529": "it was overloaded",
    HopReason.TIMEOUT: "it was too slow",
    HopReason.DEADLINE: "it had no answer yet when the chain's time was over",
    HopReason.CONNECT_TIMEOUT: "no connection came about",
    HopReason.CONNECTION: "it could not be reached",
    HopReason.DROP: "it broke off",
    HopReason.TOO_LONG: "its answer had not come to an end when its time was over",
    HopReason.CONTEXT_OVERFLOW: "the question was too long for it",
    HopReason.STOPPED: "it was stopped",
    HopReason.STOPPED_AT_WORK: "it was stopped while it was at work",
    HopReason.OPEN: "it had failed again and again, and was left alone",
    HopReason.DRILL: "it was made to fail by a drill",
}


def reason_of(reason: str, status: int = 0) -> str:
    """Why a model gave no answer."""
    if reason in _REASONS:
        return _REASONS[reason]
    if reason.endswith(COOLDOWN):
        return f"it was left alone for a moment, as {reason_of(reason.removesuffix(COOLDOWN))}"
    told = reason_of_attempt(reason, status)
    return f"it {told}" if told.startswith("answered ") else told


def hops_told(hops: Iterable[Sequence[str]]) -> list[str]:
    """Of who was asked in vain: [provider/model, reason]."""
    return [f"{who}: {reason_of(why)}" for who, why in hops]
