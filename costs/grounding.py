"""What a call's record keeps of its grounding: how its quotes held, and what its sources were worth. Pure."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple, Self

import orjson

from costs.shortening import shortened


class Source(NamedTuple):
    """One that the caller gave, with its tokens by our count."""

    id: str
    tokens: int
    is_cited: bool


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

    def wire(self) -> tuple[Any, ...]:
        confidence, *counts, sources = self
        return (None if confidence is None else str(confidence), *counts, [tuple(source) for source in sources])

    @classmethod
    def parse(cls, fields: list[Any]) -> Self:
        raw = cls._make(fields)
        return raw._replace(
            confidence=None if raw.confidence is None else Decimal(raw.confidence),
            sources=tuple(map(Source._make, raw.sources)),
        )

    def without_sources(self) -> Self:
        return self._replace(refusal=shortened(self.refusal), sources=())

    def fitting(self, room: int) -> Self:
        """With the sources that take no more than `room` bytes, the cited ones before the others."""
        named = [source._replace(id=shortened(source.id)) for source in self.sources]
        return self.without_sources()._replace(sources=tuple(_fitting(sorted(named, key=_is_uncited), room)))


def _fitting(sources: Iterable[Source], room: int) -> Iterable[Source]:
    for source in sources:
        # With the comma after it.
        room -= len(orjson.dumps(tuple(source))) + 1
        if room < 0:
            return
        yield source


def _is_uncited(source: Source) -> bool:
    return not source.is_cited
