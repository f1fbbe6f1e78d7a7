"""Whether what an answer quotes stands in the source that it names. Deterministic, and pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rapidfuzz import fuzz

from gateway.grounding.folding import Folded
from gateway.grounding.seeking import windows
from gateway.grounding.words import cuts, grown, says_the_same, shrunk, weighty, words

_NEAR: Final = 95.0


@dataclass(frozen=True, slots=True)
class Quote:
    """As the answer gives it, with the claim that it carries (0 is the first)."""

    claim: int
    source_id: str
    text: str


class Finding(StrEnum):
    EXACT = "exact"
    NEAR = "near"
    WRONG_SOURCE = "wrong source"
    FABRICATED = "fabricated"


@dataclass(frozen=True, slots=True)
class Verified:
    quote: Quote
    finding: Finding
    # Where it stands in the raw text of its source: from, to. None when it does not.
    span: tuple[int, int] | None = None

    @property
    def holds(self) -> bool:
        return self.finding in (Finding.EXACT, Finding.NEAR)


@dataclass(frozen=True, slots=True)
class _Place:
    finding: Finding
    start: int
    end: int


def verify(quotes: Sequence[Quote], sources: Mapping[str, str]) -> list[Verified]:
    """Each quote in its turn, against the texts of the sources by their ids."""
    plain = {id_: Folded(text) for id_, text in sources.items()}
    return [_verified(quote, plain) for quote in quotes]


def _verified(quote: Quote, sources: Mapping[str, Folded]) -> Verified:
    text = Folded(quote.text).text.strip(" \"'")
    if not text:
        return Verified(quote, Finding.FABRICATED)
    own = sources.get(quote.source_id)
    place = _place(text, own.text) if own is not None else None
    if own is not None and place is not None:
        return Verified(quote, place.finding, own.raw_span(place.start, place.end))
    others = [source.text for id_, source in sources.items() if id_ != quote.source_id]
    stands = any(_exactly(text, other) for other in others) or any(_nearly(text, other) for other in others)
    return Verified(quote, Finding.WRONG_SOURCE if stands else Finding.FABRICATED)


def _place(quote: str, text: str) -> _Place | None:
    return _exactly(quote, text) or _nearly(quote, text)


def _exactly(quote: str, text: str) -> _Place | None:
    """Not within a word or a number: "5 days" does not stand in "15 days"."""
    at = text.find(quote)
    while at >= 0:
        if not cuts(text, at) and not cuts(text, at + len(quote)):
            return _Place(Finding.EXACT, at, at + len(quote))
        at = text.find(quote, at + 1)
    return None


def _nearly(quote: str, text: str) -> _Place | None:
    """Up to a few letters, but with the same numbers and the same negations."""
    if not text or not _has_its_numbers(quote, text):
        return None
    if len(text) < len(quote):
        # A text shorter than the quote would be sought in the quote.
        is_near = fuzz.ratio(quote, text) >= _NEAR and says_the_same(quote, text)
        return _Place(Finding.NEAR, 0, len(text)) if is_near else None
    nearest = (_within(quote, text, start, end) for start, end in windows(quote, text, damaged=_damaged(quote)))
    return next((place for place in nearest if place is not None), None)


def _within(quote: str, text: str, start: int, end: int) -> _Place | None:
    found = fuzz.partial_ratio_alignment(quote, text[start:end], score_cutoff=_NEAR)
    if found is None:
        return None
    spans = (extent(text, start + found.dest_start, start + found.dest_end) for extent in (grown, shrunk))
    same = ((first, last) for first, last in spans if first < last and says_the_same(quote, text[first:last]))
    return next((_Place(Finding.NEAR, first, last) for first, last in same), None)


def _has_its_numbers(quote: str, text: str) -> bool:
    """Without them nothing is near, and seeking them costs little."""
    lower = text.lower()
    return all(word in lower for word in weighty(words(quote)))


def _damaged(quote: str) -> int:
    """How many letters at most were put in or left out of what resembles it enough."""
    longest = len(quote) + len(quote) // 9 + 1
    return int((1 - _NEAR / 100) * (len(quote) + longest)) + 1
