"""What a feature can demand of its answers, in words. Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from gateway.grounding.policy import Mode, Unverified


class Told(NamedTuple):
    tone: str
    word: str
    # What callers get.
    told: str


MODES: Final[Mapping[Mode, Told]] = {
    Mode.OFF: Told(
        "plain",
        "Off",
        "Answers are not checked. A call that brings sources is refused: its answer would pass for a checked one.",
    ),
    Mode.ANNOTATE: Told(
        "shadow", "Annotated", "Callers get every answer, and beside it which quotes stand in the sources."
    ),
    Mode.ENFORCE: Told(
        "ok",
        "Enforced",
        "Callers get what quotes from the sources hold up, or a sentence that there is no answer. A call without"
        " sources is refused.",
    ),
}
UNVERIFIED: Final[Mapping[Unverified, Told]] = {
    Unverified.DROP: Told(
        "plain", "Leave it out", "The answer is made of the claims that hold; where none does, it is withheld."
    ),
    Unverified.REFUSE: Told("plain", "Withhold the answer", "One claim that does not hold is enough."),
}
