"""quotes-verified: what an answer quotes stands in the source that it names."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from rapidfuzz import fuzz

from evals.scoring import bounded, grounded
from evals.scoring.checks import CannotTell, Found
from evals.scoring.grounded import Quote
from evals.scoring.question import Question
from evals.suites.values import NotJson, read_json

LONGEST_QUOTE: Final = 5_000
LONGEST_SOURCES: Final = 1_000_000
MOST_QUOTES: Final = 200
_NEAR: Final = 95.0
_SIGNS: Final = str.maketrans(
    {**dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‘’‚‛′`´", "'"), **dict.fromkeys("‐‑‒–—―−", "-")}
)
_WORD: Final = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?")
_NO: Final = "no not never none nor neither nobody nothing nowhere cannot without unless except hardly unable"
_NEGATIONS: Final = frozenset(_NO.split())
_NUMBERS: Final = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million
billion half quarter third once twice
"""
_NUMBER_WORDS: Final = frozenset(_NUMBERS.split())
_OPPOSING: Final = ("un", "in", "im", "ir", "il", "non", "dis")


class Finding(StrEnum):
    EXACT = "exact"
    NEAR = "near"
    WRONG_SOURCE = "wrong source"
    FABRICATED = "fabricated"


@dataclass(frozen=True, slots=True)
class Verified:
    quote: Quote
    finding: Finding

    @property
    def holds(self) -> bool:
        return self.finding in (Finding.EXACT, Finding.NEAR)


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


def verify(quotes: Sequence[Quote], sources: Mapping[str, str]) -> list[Verified]:
    """Each quote in its turn, against the texts of the sources by their ids. Raises CannotTell beyond its limits."""
    if len(quotes) > MOST_QUOTES or any(len(quote.text) > LONGEST_QUOTE for quote in quotes):
        raise CannotTell(f"it has more than {MOST_QUOTES} quotes, or one of over {LONGEST_QUOTE:,} characters.")
    plain = {id_: folded(text) for id_, text in sources.items()}
    return [Verified(quote, _finding(folded(quote.text).strip(" \"'"), quote.source_id, plain)) for quote in quotes]


def findings(quotes: Sequence[tuple[str, str]], sources: Mapping[str, str]) -> list[Finding]:
    """The same of pairs of source and text, for the process beside: it may take half a minute."""
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


def folded(text: str) -> str:
    """One form of each quotation mark, dash and space: models write their own."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_SIGNS).split())


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


def _finding(quote: str, source_id: str, sources: Mapping[str, str]) -> Finding:
    if not quote:
        return Finding.FABRICATED
    own = _standing(quote, [sources[source_id]] if source_id in sources else [])
    if own is not None:
        return own
    others = (text for id_, text in sources.items() if id_ != source_id)
    return Finding.FABRICATED if _standing(quote, others) is None else Finding.WRONG_SOURCE


def _standing(quote: str, texts: Iterable[str]) -> Finding | None:
    """How the quote stands in one of the texts; None when in none."""
    listed = list(texts)
    if any(_has(quote, text) for text in listed):
        return Finding.EXACT
    return Finding.NEAR if any(_nearly_has(quote, text) for text in listed) else None


def _has(quote: str, text: str) -> bool:
    """Not within a word or a number: "5 days" does not stand in "15 days"."""
    at = text.find(quote)
    while at >= 0:
        if not _cuts(text, at) and not _cuts(text, at + len(quote)):
            return True
        at = text.find(quote, at + 1)
    return False


def _cuts(text: str, at: int) -> bool:
    """A word or a number goes on over this place."""
    return any(match.start() < at < match.end() for match in _WORD.finditer(text, max(0, at - 50), at + 50))


def _nearly_has(quote: str, text: str) -> bool:
    """Up to a few letters, but with the same numbers and the same negations."""
    found = fuzz.partial_ratio_alignment(quote, text, score_cutoff=_NEAR) if len(text) >= len(quote) else None
    if found is None:
        # A text shorter than the quote would be sought in the quote.
        return len(text) < len(quote) and fuzz.ratio(quote, text) >= _NEAR and _says_the_same(quote, text)
    start, end = found.dest_start, found.dest_end
    return any(_says_the_same(quote, text[a:b]) for a, b in (_grown(text, start, end), _shrunk(text, start, end)))


def _grown(text: str, start: int, end: int) -> tuple[int, int]:
    """With the words that it cuts."""
    cut = [match.span() for match in _WORD.finditer(text) if match.start() < end and match.end() > start]
    return min([start, *(a for a, _ in cut)]), max([end, *(b for _, b in cut)])


def _shrunk(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the words that it cuts."""
    whole = [match.span() for match in _WORD.finditer(text) if match.start() >= start and match.end() <= end]
    return (whole[0][0], whole[-1][1]) if whole else (start, start)


def _says_the_same(quote: str, other: str) -> bool:
    one, two = _words(quote), _words(other)
    return _weighty(one) == _weighty(two) and not _are_opposed(set(one) - set(two), set(two) - set(one))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _weighty(words: Iterable[str]) -> list[str]:
    """Numbers and negations, in order."""
    return [
        word
        for word in words
        if word[0].isdigit() or word in _NUMBER_WORDS or word in _NEGATIONS or word.endswith("n't")
    ]


def _are_opposed(here: set[str], there: set[str]) -> bool:
    """One has "available", the other "unavailable"."""
    return any(prefix + a == b or prefix + b == a for a in here for b in there for prefix in _OPPOSING)
