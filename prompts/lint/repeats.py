"""Paragraphs that stand twice, or nearly, in one prompt or in two: paid for twice, and the day one is changed they
disagree. By an index of runs of words: no paragraph is held against all the others."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from rapidfuzz import fuzz

from prompts.files.source_map import SourceMap
from prompts.files.template_text import without_tags

_SHORTEST: Final = 80
_GAP: Final = re.compile(r"\n[ \t]*\n")
_RUN: Final = 4
_CANDIDATES: Final = 4
# So many runs are in both before letters are looked at.
_LEAST: Final = 2
_ALIKE: Final = 90

# By the hash of a run of words: the last paragraph that has it. Two runs of one hash cost one comparison in vain.
type _Index = dict[int, int]


class Passage(NamedTuple):
    """A paragraph with single spaces, and where it begins. Lines begin with 1."""

    source: SourceMap
    template: str
    line: int
    text: str


class Repeat(NamedTuple):
    """Where it stands again, where before, and how alike they are, in %."""

    again: Passage
    before: Passage
    alike: int


def passages_of(source: SourceMap, template: str, text: str) -> Iterator[Passage]:
    """Those long enough."""
    start, line = 0, 1
    for end in [*(gap.end() for gap in _GAP.finditer(text)), len(text)]:
        paragraph = text[start:end]
        words = " ".join(paragraph.split())
        if len(words) >= _SHORTEST and _is_read(words):
            lead = paragraph.count("\n", 0, len(paragraph) - len(paragraph.lstrip()))
            yield Passage(source, template, line + lead, words)
        line += paragraph.count("\n")
        start = end


def _is_read(words: str) -> bool:
    """Long enough without its tags: how two prompts go through a list may well be alike."""
    return "{" not in words or len(" ".join(without_tags(words).split())) >= _SHORTEST


def repeats_in(passages: Iterable[Passage]) -> Iterator[Repeat]:
    """Each against the one before it that is most like it, so that a pair is told once."""
    first: dict[str, Passage] = {}
    kept: list[Passage] = []
    index: _Index = {}
    for passage in passages:
        before = first.setdefault(passage.text, passage)
        if before is not passage:
            yield Repeat(passage, before, 100)
            continue
        runs = _runs(passage.text)
        if near := _nearest(passage, _candidates(runs, index), kept):
            yield near
        index.update(dict.fromkeys(runs, len(kept)))
        kept.append(passage)


def _runs(text: str) -> set[int]:
    words = text.lower().split(" ")
    return set(map(hash, zip(*(words[start:] for start in range(_RUN)), strict=False)))


def _candidates(runs: set[int], index: _Index) -> list[int]:
    found = Counter(map(index.get, runs))
    likely = [(-shared, -place) for place, shared in found.items() if place is not None and shared >= _LEAST]
    return [-place for _, place in sorted(likely)[:_CANDIDATES]]


def _nearest(passage: Passage, candidates: Iterable[int], kept: list[Passage]) -> Repeat | None:
    alike = [
        (score, -place)
        for place in candidates
        if (score := fuzz.ratio(passage.text, kept[place].text, score_cutoff=_ALIKE)) >= _ALIKE
    ]
    if not alike:
        return None
    score, place = max(alike)
    # 100 is only what is the same in every letter.
    return Repeat(passage, kept[-place], min(99, int(score)))
