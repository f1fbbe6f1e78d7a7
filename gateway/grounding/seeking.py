"""Where in a long text something like a quote may stand, and how alike it is there. Pure.

A quote of which few letters were damaged has pieces that were not: they are found a thousand times sooner than
likeness, and where most of them agree on a place, likeness is measured.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from gateway.grounding.work import Work

_NEAR: Final = 95.0
# A piece that is everywhere tells no place; and so many places are tried before the quote counts as not found.
_MOST_HITS: Final = 200
_MOST_PLACES: Final = 8
# Of a long quote not every piece is sought.
_MOST_PIECES: Final = 10
# What they cost, in units of work.
_A_HIT: Final = 500
_A_MEASURE: Final = 10_000
_LETTERS_A_UNIT: Final = 40
_OF_ALL_A_UNIT: Final = 100
_OF_ALIGNING: Final = 12
# Up to so long a quote is held against each stretch of its place; beyond, that takes too long at once.
_SHORT: Final = 300
# Letters that agree by chance are fewer.
_LONG: Final = 4


def is_near(quote: str, text: str, work: Work) -> bool:
    work.near -= _of_measuring(quote, len(text))
    return fuzz.ratio(quote, text) >= _NEAR


def places(quote: str, text: str, work: Work) -> Iterator[tuple[int, int]]:
    """Where the text is like the quote, the likeliest first, until the work is spent."""
    for start, end in _windows(quote, text, work):
        if work.near <= 0:
            return
        found = _within(quote, text[start:end], work)
        if found is not None:
            yield start + found[0], start + found[1]


def _windows(quote: str, text: str, work: Work) -> Iterator[tuple[int, int]]:
    if len(text) <= 2 * len(quote):
        yield 0, len(text)
        return
    damaged = _damaged(quote)
    for place, _ in _votes(quote, text, damaged, work).most_common(_MOST_PLACES):
        start = place * (damaged + 1)
        yield max(0, start - damaged), min(len(text), start + len(quote) + 2 * damaged + 1)


def _votes(quote: str, text: str, damaged: int, work: Work) -> Counter[int]:
    votes: Counter[int] = Counter()
    for offset, piece in _pieces(quote, damaged + 1):
        if work.near <= 0:
            break
        hits = [max(0, at - offset) // (damaged + 1) for at in _occurrences(piece, text)]
        votes.update(hits)
        work.near -= len(text) + _A_HIT * len(hits)
    return votes


def _within(quote: str, text: str, work: Work) -> tuple[int, int] | None:
    """The stretch most like the quote, if it is like enough."""
    work.near -= _of_measuring(quote, len(text))
    # Of a stretch that is like enough, no more of the quote's letters than this are missing.
    if LCSseq.similarity(quote, text) < len(quote) - _damaged(quote):
        return None
    if len(quote) <= _SHORT:
        work.near -= _A_MEASURE + len(quote) ** 2 * (len(quote) + len(text)) // _OF_ALL_A_UNIT
        found = fuzz.partial_ratio_alignment(quote, text, score_cutoff=_NEAR)
        return None if found is None else (found.dest_start, found.dest_end)
    work.near -= _OF_ALIGNING * _of_measuring(quote, len(text))
    spans = _spans(quote, text)
    best = max(spans, key=lambda span: fuzz.ratio(quote, text[slice(*span)]))
    return best if fuzz.ratio(quote, text[slice(*best)]) >= _NEAR else None


def _spans(quote: str, text: str) -> list[tuple[int, int]]:
    """From the first to the last letters that agree, or from where these say that the quote begins to where it ends."""
    blocks = [block for block in LCSseq.editops(quote, text).as_matching_blocks() if block.size]
    long = [block for block in blocks if block.size >= _LONG] or blocks
    first, last = long[0], long[-1]
    after = last.b + last.size
    starts = {blocks[0].b, first.b, max(0, first.b - first.a)}
    ends = {blocks[-1].b + blocks[-1].size, after, min(len(text), after + len(quote) - last.a - last.size)}
    return [(start, end) for start in sorted(starts) for end in sorted(ends) if start < end]


def _damaged(quote: str) -> int:
    """How many letters at most were put in or left out of what resembles it enough."""
    longest = len(quote) + len(quote) // 9 + 1
    return int((1 - _NEAR / 100) * (len(quote) + longest)) + 1


def _of_measuring(quote: str, length: int) -> int:
    return _A_MEASURE + len(quote) * length // _LETTERS_A_UNIT


def _pieces(quote: str, count: int) -> list[tuple[int, str]]:
    edges = [len(quote) * number // count for number in range(count + 1)]
    found = [(start, quote[start:end]) for start, end in pairwise(edges) if start < end]
    if len(found) <= _MOST_PIECES:
        return found
    return [found[len(found) * number // _MOST_PIECES] for number in range(_MOST_PIECES)]


def _occurrences(piece: str, text: str) -> Iterator[int]:
    at, left = text.find(piece), _MOST_HITS
    while at >= 0 and left:
        yield at
        at, left = text.find(piece, at + 1), left - 1
