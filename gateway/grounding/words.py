"""What must not differ between a quote and its source, however alike they look: numbers, negations, opposites. Pure."""

import re
from collections.abc import Iterable
from typing import Final

WORD: Final = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?")
_NO: Final = """
no not never none nor neither nobody nothing nowhere cannot without unless except hardly unable
nicht kein keine keinen keinem keiner keines nie niemals nichts ohne außer
ne pas jamais sans aucun aucune rien sauf nunca sin ningún ninguna nada nadie excepto não sem nenhum nenhuma
non mai senza nessun nessuno nessuna nulla niet geen nooit zonder
"""
_NUMBERS: Final = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million
billion half quarter third once twice
"""
_DATES: Final = """
january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
"""
_WEIGHTY: Final = frozenset((_NO + _NUMBERS + _DATES).split())
_OPPOSING: Final = ("un", "in", "im", "ir", "il", "non", "dis")


def says_the_same(quote: str, other: str) -> bool:
    one, two = words(quote), words(other)
    return weighty(one) == weighty(two) and not _are_opposed(set(one) - set(two), set(two) - set(one))


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def weighty(words: Iterable[str]) -> list[str]:
    """Numbers, dates and negations, in order; Sundays are Sunday."""
    return [
        word if word in _WEIGHTY else word.removesuffix("s")
        for word in words
        if word[0].isdigit() or word in _WEIGHTY or word.endswith("n't") or word.removesuffix("s") in _WEIGHTY
    ]


def cuts(text: str, at: int) -> bool:
    """A word or a number goes on over this place."""
    return any(match.start() < at < match.end() for match in WORD.finditer(text, max(0, at - 50), at + 50))


def grown(text: str, start: int, end: int) -> tuple[int, int]:
    """With the words that it cuts."""
    cut = [match.span() for match in WORD.finditer(text, max(0, start - 100), end + 100) if _meet(match, start, end)]
    return min([start, *(a for a, _ in cut)]), max([end, *(b for _, b in cut)])


def shrunk(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the words that it cuts."""
    around = WORD.finditer(text, max(0, start - 100), end + 100)
    whole = [match.span() for match in around if match.start() >= start and match.end() <= end]
    return (whole[0][0], whole[-1][1]) if whole else (start, start)


def _meet(match: re.Match[str], start: int, end: int) -> bool:
    return match.start() < end and match.end() > start


def _are_opposed(here: set[str], there: set[str]) -> bool:
    """One has "available", the other "unavailable"."""
    return any(prefix + a == b or prefix + b == a for a in here for b in there for prefix in _OPPOSING)
