"""Quotes that leave something out: "The parcel … within 30 days." Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from gateway.grounding.negations import says_no
from gateway.grounding.short import is_short
from gateway.grounding.words import cuts

# More than that is not one thought.
_MOST_LEFT_OUT: Final = 200
_MOST_PIECES: Final = 4
# So many places of the first piece are tried.
_MOST_PLACES: Final = 20
_DOTS: Final = r"(?:\[\s*\.{3,}\s*\]|\(\s*\.{3,}\s*\)|\.{3,})"
_SIGN: Final = re.compile(rf"\s*{_DOTS}\s*")
_AT_START, _AT_END = re.compile(rf"[\s\"']*{_DOTS}\s*"), re.compile(rf"\s*{_DOTS}[\s\"']*$")
# A full stop after one letter or a title ends nothing, nor does one before a small letter.
_END: Final = re.compile(
    r"(?:(?<!\b[^\W\d])(?<!\b[DMSJ]r)(?<!\bMrs)(?<!\bSt)(?<!\bNo)(?<!\bvs)(?<!\bca)\.(?![a-z\d])(?!\s+[a-z])"
    r"|[!?。।॥؟۔።])[\"')\]]*"
)
# Paragraphs, items of a list and cells of a table end without a sign.
_BREAK: Final = re.compile(r"\n\s*\n|\n\s*(?:[-*•|#]|\d+[.)])|[|\t]")


class Gap(NamedTuple):
    """What stands between two pieces: from, to."""

    start: int
    end: int


def inner(quote: str) -> str:
    """Without those at its ends, where it claims nothing of what is left out."""
    start, end = _AT_START.match(quote), _AT_END.search(quote)
    return quote[start.end() if start else 0 : end.start() if end else len(quote)].strip(" \"'")


def parts(quote: str) -> list[str]:
    """The pieces; one of a quote that leaves out nothing."""
    return [piece for piece in _SIGN.split(quote) if piece.strip(" \"'.,;:-")]


def can_be_sought(pieces: Sequence[str]) -> bool:
    return 1 < len(pieces) <= _MOST_PIECES and not any(map(is_short, pieces))


def joined(pieces: Sequence[str], text: str) -> Iterator[tuple[int, int, list[Gap]]]:
    """Where they stand word for word, in order and near one another, with what is left out between them."""
    first, *others = pieces
    for start in _places(first, text, 0, len(text)):
        end, gaps = start + len(first), list[Gap]()
        for piece in others:
            at = next(_places(piece, text, end, end + _MOST_LEFT_OUT + len(piece)), None)
            if at is None:
                break
            gaps.append(Gap(end, at))
            end = at + len(piece)
        else:
            if all(_may_be_left_out(text, gap) for gap in gaps):
                yield start, end, gaps


def parts_company(raw: str) -> bool:
    """Whether what is left out, as it stands in the source, ends a paragraph or a cell."""
    return _BREAK.search(raw) is not None


def _places(piece: str, text: str, start: int, end: int) -> Iterator[int]:
    at, left = text.find(piece, start, end), _MOST_PLACES
    while at >= 0 and left:
        if not cuts(text, at) and not cuts(text, at + len(piece)):
            yield at
        at, left = text.find(piece, at + 1, end), left - 1


def _may_be_left_out(text: str, gap: Gap) -> bool:
    """A part of one sentence, or whole sentences between two others; and no "not" in it."""
    left_out = text[gap.start : gap.end]
    if says_no(left_out):
        return False
    # With the sign that ends the piece before it.
    ends = list(_END.finditer(text, max(0, gap.start - 1), gap.end))
    ends = [match for match in ends if match.end() > gap.start - 1]
    if not ends:
        return True
    return text[gap.start : ends[0].start()].strip() == "" and text[ends[-1].end() : gap.end].strip() == ""
