"""What a call's record keeps of its grounding: how its quotes held, and what its sources were worth. Pure."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple, Self

import orjson

from costs.shortening import shortened

# An answer of more is told by its counts.
MOST_QUOTES: Final = 100
HOLDING: Final = ("exact", "near")


class Source(NamedTuple):
    """One that the caller gave, with its tokens by our count."""

    id: str
    tokens: int
    is_cited: bool


class Quote(NamedTuple):
    """Where one stands, never what it says: texts are other people's data."""

    # The claim that it carries; 1 is the first.
    claim: int
    # The source that it names, which need not be one of those given.
    source: str
    # In the raw text of its source, from and up to; None when it is not there.
    start: int | None
    end: int | None
    # exact, near, wrong_source or fabricated.
    match: str
    # What else is known of one that was not found.
    why: str = ""

    @property
    def holds(self) -> bool:
        return self.match in HOLDING


class Grounding(NamedTuple):
    """Of a call that had sources or needed some; the record of any other has None."""

    # The answer's own, 0 to 1; None when it told none.
    confidence: Decimal | None = None
    exact: int = 0
    near: int = 0
    wrong_source: int = 0
    fabricated: int = 0
    sources_given: int = 0
    sources_cited: int = 0
    retrieved_tokens: int = 0
    # Of sources that nobody cited.
    uncited_tokens: int = 0
    # Why the answer was withheld; empty when it was not.
    refusal: str = ""
    # As many as have room in the record, cited ones first: `sources_given` tells how many there were.
    sources: tuple[Source, ...] = ()
    # As many as have room, those that do not hold first among the kept; None in what an older gateway wrote.
    quotes: tuple[Quote, ...] | None = None

    def wire(self) -> tuple[Any, ...]:
        confidence, *counts, sources, quotes = self
        told = (None if confidence is None else str(confidence), *counts, [tuple(source) for source in sources])
        return told if quotes is None else (*told, [tuple(quote) for quote in quotes])

    @classmethod
    def parse(cls, fields: list[Any]) -> Self:
        raw = cls(*fields)
        return raw._replace(
            confidence=None if raw.confidence is None else Decimal(raw.confidence),
            sources=tuple(map(Source._make, raw.sources)),
            quotes=None if raw.quotes is None else tuple(map(Quote._make, raw.quotes)),
        )

    def without_sources(self) -> Self:
        quotes = None if self.quotes is None else ()
        return self._replace(refusal=shortened(self.refusal), sources=(), quotes=quotes)

    def fitting(self, room: int) -> Self:
        """With what takes no more than `room` bytes: quotes up to half of it, then sources, the cited ones first."""
        kept = None if self.quotes is None else _quotes_fitting(self.quotes, room // 2)
        room -= sum(map(_size, kept or ()))
        named = [source._replace(id=shortened(source.id)) for source in self.sources]
        sources = tuple(_fitting(sorted(named, key=_is_uncited), room))
        return self.without_sources()._replace(sources=sources, quotes=kept)


def bounded(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    """At most a hundred, in their order; when there are more, those that do not hold stay before the others."""
    found = list(quotes)
    if len(found) <= MOST_QUOTES:
        return tuple(found)
    kept = sorted(sorted(range(len(found)), key=lambda at: found[at].holds)[:MOST_QUOTES])
    return tuple(found[at] for at in kept)


def _quotes_fitting(quotes: Iterable[Quote], room: int) -> tuple[Quote, ...]:
    named = [quote._replace(source=shortened(quote.source)) for quote in quotes]
    kept = _fitting(sorted(named, key=lambda quote: quote.holds), room)
    return tuple(sorted(kept, key=lambda quote: quote.claim))


def _fitting[T: tuple[Any, ...]](items: Iterable[T], room: int) -> Iterator[T]:
    for item in items:
        room -= _size(item)
        if room < 0:
            return
        yield item


def _size(item: tuple[Any, ...]) -> int:
    """With the comma after it."""
    return len(orjson.dumps(tuple(item))) + 1


def _is_uncited(source: Source) -> bool:
    return not source.is_cited
