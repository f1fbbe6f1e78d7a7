"""quotes-verified: what an answer quotes stands in the source that it names."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from evals.scoring import bounded, grounded
from evals.scoring.checks import CannotTell, Found
from evals.scoring.question import Question
from evals.suites.values import NotJson, read_json
from gateway.grounding.quotes import Finding, Quote, Verified, verify

LONGEST_QUOTE: Final = 5_000
LONGEST_SOURCES: Final = 1_000_000
MOST_QUOTES: Final = 200


def quotes_verified(question: Question) -> Found:
    """Passes when every quote holds, or the share of those that do reaches the threshold; a refusal has none."""
    answer = grounded.parsed(question.text)
    quotes = grounded.quotes(answer) if answer else None
    if answer is None or quotes is None:
        return Found(False, "it is not an answer with claims and quotes.")
    if answer.get("refused") is True:
        return Found(True, "it refuses, and has nothing to verify.")
    found = _verified(quotes, sources_of(question.variables.get("sources")))
    if not found:
        return Found(False, "it quotes nothing.", facts={"quotes": 0})
    return _judged(found, 1.0 if question.threshold is None else question.threshold)


def findings(quotes: Sequence[tuple[str, str]], sources: Mapping[str, str]) -> list[Finding]:
    """Of pairs of source and text, for the process beside: it may take half a minute. Raises CannotTell beyond its
    limits."""
    if len(quotes) > MOST_QUOTES or any(len(text) > LONGEST_QUOTE for _, text in quotes):
        raise CannotTell(f"it has more than {MOST_QUOTES} quotes, or one of over {LONGEST_QUOTE:,} characters.")
    return [each.finding for each in verify([Quote(0, source, text) for source, text in quotes], sources)]


def _verified(quotes: Sequence[Quote], sources: Mapping[str, str]) -> list[Verified]:
    found = bounded.call("quotes", [(quote.source_id, quote.text) for quote in quotes], sources)
    return [Verified(quote, Finding(each)) for quote, each in zip(quotes, found, strict=True)]


def sources_of(data: Any) -> dict[str, str]:
    """The variable `sources`: a list of {id, text}, or its JSON. Raises CannotTell."""
    listed = _listed(data)
    if not listed or not all(isinstance(each, Mapping) and "id" in each and "text" in each for each in listed):
        raise CannotTell("the case's variable `sources` must be a list of {id, text}.")
    found = {str(each["id"]): str(each["text"]) for each in listed}
    if sum(map(len, found.values())) > LONGEST_SOURCES:
        raise CannotTell(f"the sources have more than {LONGEST_SOURCES:,} characters.")
    return found


def _listed(data: Any) -> list[Any]:
    if isinstance(data, str):
        try:
            data = read_json(data)
        except NotJson as fault:
            raise CannotTell("the case's variable `sources` is not JSON.") from fault
    return data if isinstance(data, list) else []


def _judged(found: Sequence[Verified], threshold: float) -> Found:
    counts = Counter(each.finding for each in found)
    share = sum(each.holds for each in found) / len(found)
    told = ", ".join(f"{counts[finding]} {finding}" for finding in Finding if counts[finding])
    facts = {finding.value: counts[finding] for finding in Finding} | {"quotes": len(found)}
    return Found(share >= threshold, f"of {len(found)} quotes: {told}.", score=share, facts=facts)
