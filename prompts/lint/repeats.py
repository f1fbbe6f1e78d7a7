"""Paragraphs that stand twice in one prompt: paid for twice, and the day one is changed they disagree."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

_SHORTEST: Final = 80
_GAP: Final = re.compile(r"\n[ \t]*\n")


class Repeat(NamedTuple):
    """Where it stands again, and where before. Lines begin with 1."""

    template: str
    line: int
    before: str
    before_line: int
    text: str


def repeats_in(templates: Mapping[str, str]) -> Iterator[Repeat]:
    seen: dict[str, tuple[str, int]] = {}
    for name, text in templates.items():
        for line, paragraph in _paragraphs(text):
            before = seen.setdefault(paragraph, (name, line))
            if before != (name, line):
                yield Repeat(name, line, *before, paragraph)


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Those long enough, with single spaces, and the line where each begins."""
    start = 0
    for end in [*(gap.end() for gap in _GAP.finditer(text)), len(text)]:
        paragraph = text[start:end]
        words = " ".join(paragraph.split())
        if len(words) >= _SHORTEST:
            begin = start + len(paragraph) - len(paragraph.lstrip())
            yield text.count("\n", 0, begin) + 1, words
        start = end
