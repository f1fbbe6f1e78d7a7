"""Quotes that are too short to show anything, and the short things that a source says by themselves. Pure."""

import re
import unicodedata
from typing import Final

from gateway.grounding.folding import Folded
from gateway.grounding.words import words

# "are" and "final" stand in most texts: of a quote, so many words or letters must be there.
LEAST_WORDS: Final = 3
LEAST_LETTERS: Final = 12
# A letter of Chinese says as much as some of Latin.
_OF_A_WIDE_ONE: Final = 3
# Longer than this, raw, nothing is short.
_LONGEST: Final = 60
# Lines, cells of a table, sentences.
_APART: Final = re.compile(r"""[\r\n\t|]+|(?<=[.!?])["'”»’)]*\s+|(?<=[。！？])""")
_ENDS: Final = " \"'.!?。！？"


def is_short(text: str) -> bool:
    found = words(text)
    return len(found) < LEAST_WORDS and sum(map(_weight, "".join(found))) < LEAST_LETTERS


def bare(text: str) -> str:
    return text.strip(_ENDS)


def wholes(raw: str) -> dict[str, tuple[int, int]]:
    """The short sentences, lines and cells of a text, each with where it stands first."""
    found: dict[str, tuple[int, int]] = {}
    start = 0
    for end, following in [*(match.span() for match in _APART.finditer(raw)), (len(raw), len(raw))]:
        if start < end <= start + _LONGEST:
            piece = raw[start:end]
            left, right = len(piece) - len(piece.lstrip()), len(piece.rstrip())
            name = bare(Folded(piece).text)
            if name and is_short(name):
                found.setdefault(name, (start + left, start + right))
        start = following
    return found


def _weight(letter: str) -> int:
    return _OF_A_WIDE_ONE if unicodedata.east_asian_width(letter) in "WF" else 1
