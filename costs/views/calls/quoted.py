"""Each quote of a call, as far as its record keeps them: where it stands, never what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from costs.grounding import Quote
from costs.models import Call


@dataclass(frozen=True, slots=True)
class Match:
    """A shape and a word, so that no colour is needed."""

    shape: str
    word: str
    tone: str


MATCHES: Final = {
    "exact": Match("●", "word for word", "ok"),
    "near": Match("▲", "but for a few letters", "warn"),
    "wrong_source": Match("◆", "in another source", "warn"),
    "fabricated": Match("■", "made up", "bad"),
}
WHYS: Final = {
    "too_short": "too short to show anything",
    "not_looked_further": "not word for word, and not looked for further",
}


@dataclass(frozen=True, slots=True)
class Quoted:
    quote: Quote
    # Whether the caller gave the source that it names; None when the record had no room for all of them.
    is_given: bool | None

    @property
    def match(self) -> Match:
        return MATCHES.get(self.quote.match, Match("■", self.quote.match, "bad"))

    @property
    def why(self) -> str:
        return WHYS.get(self.quote.why, self.quote.why)


@dataclass(frozen=True, slots=True)
class Count:
    match: Match
    number: int


def counts_of(call: Call) -> list[Count]:
    numbers = (call.quotes_verified, call.quotes_near, call.quotes_wrong_source, call.quotes_fabricated)
    return [Count(match, number or 0) for match, number in zip(MATCHES.values(), numbers, strict=True)]


def quotes_of(call: Call) -> Sequence[Quoted] | None:
    """None of a call whose gateway did not write them down."""
    if call.quotes is None:
        return None
    given = {name for name, *_ in call.sources or ()}
    is_whole = len(given) == call.sources_given
    quotes = [Quote(*fields) for fields in call.quotes]
    return [Quoted(quote, quote.source in given or (False if is_whole else None)) for quote in quotes]
