"""What a feature demands of its answers. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    OFF = "off"
    # Every answer passes, with what was found out about it.
    ANNOTATE = "annotate"
    ENFORCE = "enforce"


class Unverified(StrEnum):
    """What enforcing does about a claim without a quote that holds."""

    DROP = "drop"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Policy:
    mode: Mode = Mode.OFF
    # Of the answer's own confidence, 0 to 1.
    min_confidence: float = 0.0
    unverified: Unverified = Unverified.DROP


OFF = Policy()
