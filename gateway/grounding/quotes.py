"""Whether what an answer quotes stands in the source that it names. Deterministic, and pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import Final

from gateway.grounding import ellipses, short
from gateway.grounding.alike import may_be_said, stretch
from gateway.grounding.folding import Folded
from gateway.grounding.seeking import is_near, places
from gateway.grounding.words import SAID, around, cuts
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
    def lowered(self) -> str:
        """Letter for letter; empty where a small letter is two."""
        low = self.folded.text.lower()
        return low if len(low) == len(self.folded.text) else ""

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(SAID.findall(self.folded.text.lower()))

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
    place = _somehow(text, own, work) if own is not None else None
    if own is not None and place is not None:
        return Verified(quote, place.finding, own.folded.raw_span(place.start, place.end))
    others = [other for id_, other in texts.items() if id_ != quote.source_id]
    if any(look(text, other, work) for look in _LOOKS for other in others):
        return Verified(quote, Finding.WRONG_SOURCE)
    return Verified(quote, Finding.FABRICATED, why=Why.NOT_LOOKED_FURTHER if work.is_spent else None)


def _somehow(quote: str, source: Text, work: Work) -> _Place | None:
    return next((place for look in _LOOKS if (place := look(quote, source, work))), None)


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


def _within_ellipses(quote: str, source: Text, work: Work) -> _Place | None:
    inner = ellipses.inner(quote)
    return _exactly(inner, source, work) if inner and inner != quote else None


def _in_pieces(quote: str, source: Text, work: Work) -> _Place | None:
    pieces = ellipses.parts(ellipses.inner(quote))
    if not ellipses.can_be_sought(pieces):
        return None
    work.near -= len(source.folded.text)
    for start, end, gaps in ellipses.joined(pieces, source.folded.text):
        left_out = (slice(*source.folded.raw_span(*gap)) for gap in gaps if gap.start < gap.end)
        if not any(ellipses.parts_company(source.raw[each]) for each in left_out):
            return _Place(Finding.NEAR, start, end)
    return None


def _nearly(quote: str, source: Text, work: Work) -> _Place | None:
    """Up to a few letters, but with the same words."""
    text, quote = source.folded.text, ellipses.inner(quote)
    if not text or work.near <= 0 or not may_be_said(SAID.findall(quote.lower()), source.words):
        return None
    if len(text) < len(quote):
        # A text shorter than the quote would be sought in the quote.
        return _of_words(quote, source, 0, len(text)) if is_near(quote, text, work) else None
    likely = chain(_but_for_case(quote, source), places(quote, text, work))
    found = (_of_words(quote, source, start, end) for start, end in likely)
    return next((place for place in found if place is not None), None)


def _but_for_case(quote: str, source: Text) -> Iterator[tuple[int, int]]:
    at = source.lowered.find(quote.lower())
    if at >= 0:
        yield at, at + len(quote)


def _of_words(quote: str, source: Text, start: int, end: int) -> _Place | None:
    text = source.folded.text
    for more in (0, 3):
        begin, stop = around(text, start, end, more)
        found = stretch(quote, text[begin:stop], source.words)
        if found is not None:
            return _Place(Finding.NEAR, begin + found[0], begin + found[1])
    return None


_LOOKS: Final[tuple[_Look, ...]] = (_exactly, _within_ellipses, _in_pieces, _nearly)
