"""What calls can be asked for and ordered by, as addresses, the API and the command say it. Pure."""

from enum import StrEnum
from typing import Final


class Sort(StrEnum):
    NEWEST = "newest"
    COST = "cost"
    LATENCY = "latency"
    FIRST_CHUNK = "first_chunk"
    TOKENS = "tokens"
    # The least sure first.
    CONFIDENCE = "confidence"


class Quotes(StrEnum):
    """Of an answer's quotes at least one is so."""

    # Fabricated, or of another source.
    BAD = "bad"
    # None is bad.
    GOOD = "good"
    FABRICATED = "fabricated"
    WRONG_SOURCE = "wrong_source"
    NEAR = "near"
    EXACT = "exact"


class Grounding(StrEnum):
    """What came of an answer from sources."""

    ANSWERED = "answered"
    WITHHELD = "withheld"
    NONE = "none"


# Why an attempt on a model came to nothing, where that is not the status that it answered with.
HOP_REASONS: Final = (
    "timeout", "connection", "connect_timeout", "no_key", "invalid_json", "invalid_answer", "unverified", "too_large",
    "no_stream", "error_event", "drop", "cut", "stopped", "drill", "429-cooldown", "open", "context_overflow",
    "smaller_window", "cached", "unsupported",
)  # fmt: skip
HOP_REASON: Final = f"a status such as 429 or 503, or {', '.join(HOP_REASONS)}"


def is_hop_reason(text: str) -> bool:
    return text in HOP_REASONS or (len(text) == 3 and text.isascii() and text.isdigit() and "1" <= text[0] <= "5")
