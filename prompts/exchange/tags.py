"""Templates with {{ }} and {% %} in pieces, whichever language stands in them."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from prompts.exchange.draft import Untranslatable
from prompts.exchange.literal import literal

# What is looked for in it costs by the square of it.
LONGEST_TAG: Final = 2_000
_CLOSING: Final = {"{{": "}}", "{%": "%}", "{#": "#}"}
_RAW: Final = re.compile(r"raw|verbatim|comment")
_TEXTS: Final = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", re.DOTALL)
_HELD: Final = re.compile("\ue000(\\d+)\ue001")

type Rule = tuple[re.Pattern[str], str]


class Piece(NamedTuple):
    """`kind`: text, {{, {% or {#; `code`: what stands in it, without the marks of `dashes` for white space."""

    kind: str
    code: str
    line: int
    dashes: tuple[str, str] = ("", "")

    def written(self, code: str) -> str:
        before, after = self.dashes
        return f"{self.kind}{before} {code.strip()} {after}{_CLOSING[self.kind]}"


def pieces(text: str, *, has_comments: bool) -> Iterator[Piece]:
    """What is held literally comes as text. Raises Untranslatable for a tag without an end."""
    opening = re.compile(r"\{[{%#]" if has_comments else r"\{[{%]")
    at, line, counted = 0, 1, 0
    while found := opening.search(text, at):
        line, counted = line + text.count("\n", counted, found.start()), found.start()
        end = end_of(text, found.end(), _CLOSING[found[0]])
        if end < 0:
            raise Untranslatable(line, f"{found[0]} is never closed by {_CLOSING[found[0]]}.")
        if end - found.end() > LONGEST_TAG and found[0] != "{#":
            raise Untranslatable(line, f"what stands in braces may have {LONGEST_TAG:,} characters.")
        piece = _piece(found[0], text[found.end() : end], line)
        before = text[at : found.start()]
        at = end + 2
        is_held = piece.kind == "{%" and _RAW.fullmatch(piece.code.strip()) is not None
        yield Piece("text", before.rstrip() if is_held and piece.dashes[0] else before, line)
        if is_held:
            piece, at = _held(text, at, piece)
        yield piece
    yield Piece("text", text[at:], line + text.count("\n", counted, at))


def joined(found: Sequence[tuple[str, str]]) -> str:
    """Of kinds and texts; what stands between tags is made literal."""
    runs = [
        (is_text, "".join(text for _, text in run))
        for is_text, run in groupby((each for each in found if each[1]), key=lambda each: each[0] == "text")
    ]
    return "".join(
        literal(text, before_tag=index + 1 < len(runs)) if is_text else text
        for index, (is_text, text) in enumerate(runs)
    )


def rewrite(code: str, rules: Sequence[Rule]) -> str:
    """By the rules, in their order, but in no text in quotes."""
    texts: list[str] = []

    def hold(found: re.Match[str]) -> str:
        texts.append(found[0])
        return f"\ue000{len(texts) - 1}\ue001"

    held = _TEXTS.sub(hold, code)
    for pattern, put in rules:
        held = pattern.sub(put, held)
    return _HELD.sub(lambda found: texts[int(found[1])] if int(found[1]) < len(texts) else found[0], held)


def without_texts(code: str) -> str:
    return _TEXTS.sub('""', code)


def _piece(kind: str, inner: str, line: int) -> Piece:
    before = "-" if inner.startswith("-") and kind != "{#" else ""
    after = "-" if inner.endswith("-") and len(inner) > 1 and kind != "{#" else ""
    return Piece(kind, inner[len(before) : len(inner) - len(after)], line, (before, after))


def end_of(text: str, at: int, closing: str) -> int:
    """Where the closing stands, of which none counts that stands in quotes."""
    if closing == "#}":
        return text.find(closing, at)
    first = text.find(closing, at)
    stop = re.compile(f"[\"']|{re.escape(closing)}")
    while found := stop.search(text, at):
        if found[0] == closing:
            return found.start()
        after = text.find(found[0], found.end())
        if after < 0:
            return first
        at = after + 1
    return first


def _held(text: str, at: int, piece: Piece) -> tuple[Piece, int]:
    """What stands up to the end of raw or comment, and where the text goes on."""
    word = piece.code.strip()
    end = re.compile(rf"\{{%(-?)\s*end{word}\s*(?:-%\}}\s*|%\}})").search(text, at)
    if end is None:
        raise Untranslatable(piece.line, f"{word} is never ended.")
    held = text[at : end.start()].rstrip() if end[1] else text[at : end.start()]
    kind = "{#" if word == "comment" else "text"
    return Piece(kind, held.lstrip() if piece.dashes[1] else held, piece.line), end.end()
