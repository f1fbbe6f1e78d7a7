"""Where in a long text something like a quote may stand. Pure.

A quote of which few letters were damaged has pieces that were not: they are found a thousand times sooner than
likeness, and where most of them agree on a place, likeness is measured.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

# A piece that is everywhere tells no place; and so many places are tried before the quote counts as not found.
_MOST_HITS: Final = 200
_MOST_PLACES: Final = 8


def windows(quote: str, text: str, *, damaged: int) -> Iterator[tuple[int, int]]:
    """Stretches of the text, the likeliest first; `damaged`: how many letters of the quote may be put in or out."""
    if len(text) <= 2 * len(quote):
        yield 0, len(text)
        return
    votes: Counter[int] = Counter()
    for offset, piece in _pieces(quote, damaged + 1):
        for at in _occurrences(piece, text):
            votes[max(0, at - offset) // (damaged + 1)] += 1
    for place, _ in votes.most_common(_MOST_PLACES):
        start = place * (damaged + 1)
        yield max(0, start - damaged), min(len(text), start + len(quote) + 2 * damaged + 1)


def _pieces(quote: str, count: int) -> Iterator[tuple[int, str]]:
    size, rest = divmod(len(quote), count)
    at = 0
    for number in range(count):
        after = at + size + (number < rest)
        if after > at:
            yield at, quote[at:after]
        at = after


def _occurrences(piece: str, text: str) -> Iterator[int]:
    at, left = text.find(piece), _MOST_HITS
    while at >= 0 and left:
        yield at
        at, left = text.find(piece, at + 1), left - 1
