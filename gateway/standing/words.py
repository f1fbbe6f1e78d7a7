"""How a model stands, in a word for programs and one for people. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, slots=True)
class Word:
    """A pill."""

    tone: str
    word: str


class Stand(StrEnum):
    HEALTHY = "healthy"
    NOT_ASKED = "not_asked"
    COOLING = "cooling"
    OPEN = "open"
    TRYING_AGAIN = "trying_again"
    STOPPED = "stopped"
    NO_KEY = "no_key"
    UNKNOWN = "unknown"


WORDS: Final[Mapping[Stand, Word]] = {
    Stand.HEALTHY: Word("ok", "Healthy"),
    Stand.NOT_ASKED: Word("plain", "Not asked"),
    Stand.COOLING: Word("warn", "Cooling"),
    Stand.OPEN: Word("bad", "Open"),
    Stand.TRYING_AGAIN: Word("warn", "Trying again"),
    Stand.STOPPED: Word("held", "Stopped"),
    Stand.NO_KEY: Word("bad", "No key"),
    Stand.UNKNOWN: Word("plain", "Cannot tell"),
}
