"""What calls can be asked for and ordered by, as addresses, the API and the command say it. Pure."""

from enum import StrEnum


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
