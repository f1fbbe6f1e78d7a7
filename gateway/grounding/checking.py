"""A reply held against its sources. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.grounding.answers import Answer, BadAnswer, parse
from gateway.grounding.quotes import Finding, Quote, Text, Verified, Why, verified
from gateway.grounding.short import LEAST_WORDS
from gateway.grounding.sources import Source

# Of a quote that does not hold, as the model is told.
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Claim:
    text: str
    quotes: tuple[Verified, ...]

    @property
    def holds(self) -> bool:
        return any(quote.holds for quote in self.quotes)


@dataclass(frozen=True, slots=True)
class Checked:
    """Without an `answer` the reply was none; `faults` then says why."""

    said: str
    answer: Answer | None
    claims: tuple[Claim, ...]
    # As the model is told; empty when there is nothing to repair.
    faults: tuple[str, ...]

    @property
    def quotes(self) -> Iterator[Verified]:
        return (quote for claim in self.claims for quote in claim.quotes)

    @property
    def worth(self) -> tuple[bool, int, int]:
        """Of two replies to one question the one to give."""
        return self.answer is not None, -sum(not claim.holds for claim in self.claims), -len(self.faults)


def check(content: object, sources: Sequence[Source]) -> Checked:
    (checked,) = filter(None, checking(content, {source.id: Text(source.text) for source in sources}))
    return checked


def checking(content: object, texts: Mapping[str, Text]) -> Iterator[Checked | None]:
    """Nothing after each quote, for whoever has other things to do in between, and at the end what was found."""
    said = content if isinstance(content, str) else ""
    try:
        answer = parse(content)
    except BadAnswer as fault:
        yield Checked(said, None, (), (str(fault),))
        return
    quotes = [Quote(at, *quote) for at, claim in enumerate(answer.claims) for quote in claim.quotes]
    found: list[Verified] = []
    for each in verified(quotes, texts):
        found.append(each)
        yield None
    yield _checked(said, answer, found)


def _checked(said: str, answer: Answer, found: Sequence[Verified]) -> Checked:
    claims = tuple(
        Claim(claim.text, tuple(each for each in found if each.quote.claim == at))
        for at, claim in enumerate(answer.claims)
    )
    return Checked(said, answer, claims, () if answer.refused else tuple(_faults(claims)))


def _faults(claims: Sequence[Claim]) -> Iterator[str]:
    if not claims:
        yield "It has no claims. Without any, refused must be true."
    for number, claim in enumerate(claims, 1):
        if not claim.quotes:
            yield f"Claim {number} has no quote."
        for each in claim.quotes:
            if not each.holds:
                yield _fault(number, each)


def _fault(number: int, each: Verified) -> str:
    quote = f"Claim {number}: the quote {each.quote.text[:_SHOWN]!r}"
    if each.finding is Finding.WRONG_SOURCE:
        return f"{quote} does not stand in source {each.quote.source_id[:_SHOWN]!r}, but in another one."
    if each.why is Why.TOO_SHORT:
        return f"{quote} is too short. Quote at least {LEAST_WORDS} words, or a whole sentence, line or table cell."
    if each.why is Why.NOT_LOOKED_FURTHER:
        return f"{quote} was not found word for word, and too much else had to be looked for. Quote less."
    return f"{quote} stands in no source."
