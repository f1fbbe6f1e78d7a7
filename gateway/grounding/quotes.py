"""Whether what an answer quotes stands in the source that it names. Deterministic, and pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from gateway.grounding import short
from gateway.grounding.folding import Folded
from gateway.grounding.seeking import is_near, places
from gateway.grounding.words import cuts, grown, says_the_same, shrunk, weighty, words
from gateway.grounding.work import Work


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


class Why(StrEnum):
    """What else counts as fabricated: nothing is known of it that would show anything."""

    TOO_SHORT = "too short"
    NOT_LOOKED_FURTHER = "not looked further"


@dataclass(frozen=True, slots=True)
class Verified:
    quote: Quote
    finding: Finding
    # Where it stands in the raw text of its source: from, to. None when it does not.
    span: tuple[int, int] | None = None
    why: Why | None = None

    @property
    def holds(self) -> bool:
        return self.finding in (Finding.EXACT, Finding.NEAR)


class Text:
    """A source's, with what is asked of it again and again."""

    def __init__(self, raw: str) -> None:
        self.raw = raw

    @cached_property
    def folded(self) -> Folded:
        return Folded(self.raw)

    @cached_property
    def weighty(self) -> frozenset[str]:
        return frozenset(weighty(words(self.folded.text)))

    @cached_property
    def wholes(self) -> Mapping[str, tuple[int, int]]:
        return short.wholes(self.raw)


@dataclass(frozen=True, slots=True)
class _Place:
    finding: Finding
    start: int
    end: int


type _Look = Callable[[str, Text, Work], _Place | None]


def verify(quotes: Sequence[Quote], sources: Mapping[str, str]) -> list[Verified]:
    """Each quote in its turn, however short and however long it takes, against the sources' texts by their ids."""
    texts = {id_: Text(text) for id_, text in sources.items()}
    return [_sought(quote, _bare(quote), texts, Work()) for quote in quotes]


def verified(quotes: Sequence[Quote], texts: Mapping[str, Text]) -> Iterator[Verified]:
    """The same within a bound of work for all of them together; and a quote must say something."""
    work = Work.bounded()
    for quote in quotes:
        text = _bare(quote)
        yield _whole(quote, text, texts) if short.is_short(text) else _sought(quote, text, texts, work)


def _bare(quote: Quote) -> str:
    return Folded(quote.text).text.strip(" \"'")


def _whole(quote: Quote, text: str, texts: Mapping[str, Text]) -> Verified:
    name, own = short.bare(text), texts.get(quote.source_id)
    span = own.wholes.get(name) if own is not None else None
    if span is not None:
        return Verified(quote, Finding.EXACT, span)
    if any(name in other.wholes for other in texts.values()):
        return Verified(quote, Finding.WRONG_SOURCE)
    return Verified(quote, Finding.FABRICATED, why=Why.TOO_SHORT if text else None)


def _sought(quote: Quote, text: str, texts: Mapping[str, Text], work: Work) -> Verified:
    if not text:
        return Verified(quote, Finding.FABRICATED)
    own = texts.get(quote.source_id)
    place = _exactly(text, own, work) or _nearly(text, own, work) if own is not None else None
    if own is not None and place is not None:
        return Verified(quote, place.finding, own.folded.raw_span(place.start, place.end))
    others = [other for id_, other in texts.items() if id_ != quote.source_id]
    looks: tuple[_Look, ...] = (_exactly, _nearly)
    if any(look(text, other, work) for look in looks for other in others):
        return Verified(quote, Finding.WRONG_SOURCE)
    return Verified(quote, Finding.FABRICATED, why=Why.NOT_LOOKED_FURTHER if work.is_spent else None)


def _exactly(quote: str, source: Text, work: Work) -> _Place | None:
    """Not within a word or a number: "5 days" does not stand in "15 days"."""
    text = source.folded.text
    at = text.find(quote)
    while at >= 0:
        if not cuts(text, at) and not cuts(text, at + len(quote)):
            return _Place(Finding.EXACT, at, at + len(quote))
        work.matches -= 1
        if work.matches <= 0:
            return None
        at = text.find(quote, at + 1)
    return None


def _nearly(quote: str, source: Text, work: Work) -> _Place | None:
    """Up to a few letters, but with the same numbers and the same negations."""
    text = source.folded.text
    if not text or work.near <= 0 or not source.weighty.issuperset(weighty(words(quote))):
        return None
    if len(text) < len(quote):
        # A text shorter than the quote would be sought in the quote.
        is_same = is_near(quote, text, work) and says_the_same(quote, text)
        return _Place(Finding.NEAR, 0, len(text)) if is_same else None
    found = (_of_words(quote, text, start, end) for start, end in places(quote, text, work))
    return next((place for place in found if place is not None), None)


def _of_words(quote: str, text: str, start: int, end: int) -> _Place | None:
    spans = (extent(text, start, end) for extent in (grown, shrunk))
    same = ((first, last) for first, last in spans if first < last and says_the_same(quote, text[first:last]))
    return next((_Place(Finding.NEAR, first, last) for first, last in same), None)
