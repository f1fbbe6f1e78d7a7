"""One form of each quotation mark, dash and space, as models write their own, and the way back. Pure."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from gateway.grounding.signs import FRACTIONS, RAISED, SIGNS, UNSEEN, WITHOUT_UNSEEN

_RUN: Final = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")
_WORD: Final = re.compile(r"\S+")
# Letters of Korean that join the one before them.
_JOINING: Final = ("\u1160", "\u11ff")


class _Piece(NamedTuple):
    """What a stretch of the raw text became. One that kept its length kept its letters' places."""

    text: str
    start: int
    end: int


class Folded:
    """A text as it is compared. Where its letters stand in the raw one is found out when somebody asks."""

    __slots__ = ("_begins", "_pieces", "_words", "text")

    def __init__(self, raw: str) -> None:
        self._pieces = list(_pieces(raw))
        self._begins: list[int] = []
        self._words: list[int] = []
        self.text = " ".join(self._joined().split())

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """From where to where the letters `start` to `end` of `text` stand in the raw text."""
        if not self._words:
            self._look()
        return self._raw(start)[0], self._raw(end - 1)[1]

    def _joined(self) -> str:
        return "".join([piece.text for piece in self._pieces])

    def _look(self) -> None:
        self._words = [word.start() for word in _WORD.finditer(self._joined())]
        at = 0
        for piece in self._pieces:
            self._begins.append(at)
            at += len(piece.text)

    def _raw(self, at: int) -> tuple[int, int]:
        """Where the letter's own letter, or letters, stand; a space between words is the last one there."""
        if self.text[at] == " ":
            following = self._raw(at + 1)[0]
            return following - 1, following
        word = self._words[self.text.count(" ", 0, at)]
        among = word + at - self.text.rfind(" ", 0, at) - 1
        piece_at = bisect_right(self._begins, among) - 1
        piece = self._pieces[piece_at]
        if len(piece.text) != piece.end - piece.start:
            return piece.start, piece.end
        place = piece.start + among - self._begins[piece_at]
        return place, place + 1


def folded(text: str) -> str:
    return Folded(text).text


def _pieces(raw: str) -> Iterator[_Piece]:
    signed = raw.translate(SIGNS)
    if signed.isascii() or (unicodedata.is_normalized("NFKC", signed) and UNSEEN.isdisjoint(signed)):
        yield _Piece(signed, 0, len(raw))
        return
    for run in _RUN.finditer(signed):
        start, end = run.span()
        # The last letter before it may get an accent from the next run.
        start -= 1 if start and _joins(signed[start]) else 0
        end -= 1 if end < len(signed) and _joins(signed[end]) else 0
        if start < end:
            yield from _clusters(signed, start, end)


def _clusters(signed: str, start: int, end: int) -> Iterator[_Piece]:
    """A letter with its accents, by itself: of a whole run nobody could tell which letter became which."""
    if unicodedata.is_normalized("NFKC", signed[start:end]) and UNSEEN.isdisjoint(signed[start:end]):
        yield _Piece(signed[start:end], start, end)
        return
    while start < end:
        after = start + 1
        while after < end and _joins(signed[after]):
            after += 1
        yield _Piece(_normal(signed, start, after), start, after)
        start = after


def _normal(signed: str, start: int, end: int) -> str:
    letter, before = signed[start], signed[start - 1] if start else ""
    normal = unicodedata.normalize("NFKC", signed[start:end].translate(WITHOUT_UNSEEN)).translate(SIGNS)
    if letter in RAISED and before not in RAISED:
        return f"^{normal}"
    return f" {normal}" if letter in FRACTIONS and before.isdigit() else normal


def _joins(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "M" or _JOINING[0] <= letter <= _JOINING[1]
