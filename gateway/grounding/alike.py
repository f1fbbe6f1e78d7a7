"""Whether a stretch of a source has the words of a quote: the same, in the same order, spelling aside. Pure."""

from collections.abc import Iterator, Sequence, Set
from itertools import pairwise
from typing import Final, NamedTuple

from rapidfuzz.distance import Levenshtein, Opcode

from gateway.grounding.words import SAID, UNSPACED, weighty

# Nothing follows from them, there or not; of other languages theirs mean something else somewhere.
_ARTICLES: Final = frozenset(("a", "an", "the"))
# One letter more or less in a shorter word is another word.
_LEAST_LETTERS: Final = 5


class _Gap(NamedTuple):
    """What the quote has there, and what the source."""

    ours: Sequence[str]
    theirs: Sequence[str]


def may_be_said(quote: Sequence[str], known: Set[str]) -> bool:
    """Whether the words are such as the source has, as far as one can tell without looking where."""
    return all(word in known or word in _ARTICLES or _may_be_misspelt(word) for word in quote)


def stretch(quote: str, text: str, known: Set[str]) -> tuple[int, int] | None:
    """From where to where it stands in `text`; `known` are the words of the whole source."""
    found = list(SAID.finditer(text))
    ours, theirs = SAID.findall(quote.lower()), [match[0].lower() for match in found]
    blocks = [block for block in Levenshtein.opcodes(ours, theirs) if block.tag == "equal"]
    if not blocks:
        return None
    # At an end an article counts: else it would stand for the word after it that was left out.
    head, tail = ours[: blocks[0].src_start], ours[blocks[-1].src_end :]
    first, last = blocks[0].dest_start - len(head), blocks[-1].dest_end + len(tail)
    if first < 0 or last > len(theirs) or weighty(ours) != weighty(theirs[first:last]):
        return None
    gaps = [
        _Gap(head, theirs[first : blocks[0].dest_start]),
        *_between(blocks, ours, theirs),
        _Gap(tail, theirs[blocks[-1].dest_end : last]),
    ]
    return (found[first].start(), found[last - 1].end()) if all(_is_nothing(gap, known) for gap in gaps) else None


def _between(blocks: Sequence[Opcode], ours: Sequence[str], theirs: Sequence[str]) -> Iterator[_Gap]:
    for one, two in pairwise(blocks):
        yield _Gap(ours[one.src_end : two.src_start], theirs[one.dest_end : two.dest_start])


def _is_nothing(gap: _Gap, known: Set[str]) -> bool:
    ours, theirs = gap
    if len(ours) != len(theirs):
        ours, theirs = _without_articles(ours), _without_articles(theirs)
    if len(ours) == len(theirs):
        return all(_is_one_word(*pair, known) for pair in zip(ours, theirs, strict=True))
    # One word that was parted at the end of a line, or two that were written as one.
    return "".join(ours) == "".join(theirs)


def _without_articles(words: Sequence[str]) -> Sequence[str]:
    return [word for word in words if word not in _ARTICLES]


def _may_be_misspelt(word: str) -> bool:
    return len(word) >= _LEAST_LETTERS and not word[0].isdigit() and not UNSPACED.search(word)


def _is_one_word(ours: str, theirs: str, known: Set[str]) -> bool:
    """One of them misspelt, or a plural; a word that the source has elsewhere is a word of its own."""
    if ours == theirs or {ours, theirs} <= _ARTICLES:
        return True
    short, long = sorted((ours, theirs), key=len)
    if ours in known or short[0] != long[0] or not (_may_be_misspelt(short) and _may_be_misspelt(long)):
        return False
    # As in organise and organize; any other letter in the place of one makes another word too easily.
    if len(short) == len(long):
        return short.replace("z", "s") == long.replace("z", "s")
    return len(long) - len(short) == 1 and any(long[:at] + long[at + 1 :] == short for at in range(1, len(long)))
