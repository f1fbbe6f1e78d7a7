"""Liquid, as LangWatch renders it, in our words."""

import re
from collections.abc import Sequence
from typing import Final

from prompts.exchange.draft import Notes, Untranslatable
from prompts.exchange.tags import Piece, Rule, joined, pieces, rewrite, without_texts

_TAGS: Final = frozenset({"if", "elsif", "else", "endif", "unless", "endunless", "for", "endfor", "assign"})
_NAMES: Final = {"upcase": "upper", "downcase": "lower", "size": "length", "strip": "trim", "json": "tojson"} | {
    "uniq": "unique"
}
# Ours of the same name give something else.
_OTHERWISE: Final = frozenset({"truncate", "title", "sum", "slice"})
_RULES: Final[tuple[Rule, ...]] = (
    (re.compile(r"\b(?:nil|null)\b"), "none"),
    (re.compile(r"\bforloop\.rindex"), "loop.revindex"),
    (re.compile(r"\bforloop\."), "loop."),
    (re.compile(r"\.size\b"), "|length"),
    (re.compile(r"(\S+)\s+contains\s+(\S+)"), r"\2 in \1"),
    (re.compile(r"\(\s*([\w.]+)\s*\.\.\s*([\w.]+)\s*\)"), r"range(\1, \2 + 1)"),
    *((re.compile(rf"\s*\|\s*{old}\b"), f"|{new}") for old, new in _NAMES.items()),
    (re.compile(r"\s*\|\s*join\b(?!\s*:)"), '|join: " "'),
    (re.compile(r"\s*\|\s*default\s*:\s*([^|,]+?)\s*(?=\||$)"), r"|default(\1, true)"),
    (re.compile(r"\s*\|\s*map\s*:\s*([^|]+?)\s*(?=\||$)"), r"|map(attribute=\1)"),
    (re.compile(r"\s*\|\s*(\w+)\s*:\s*([^|]+?)\s*(?=\||$)"), r"|\1(\2)"),
)
_FILTER: Final = re.compile(r"\|\s*(\w+)")


def translate(text: str, line: int, notes: Notes) -> str:
    """The template in our language; `line`: where it begins. Raises Untranslatable."""
    try:
        found = list(pieces(text, has_comments=False))
        _refuse_leaks(found)
        return joined([(each.kind, _translated(each, line, notes)) for each in found])
    except Untranslatable as fault:
        raise Untranslatable(line + fault.line - 1, fault.detail) from None


def _refuse_leaks(found: Sequence[Piece]) -> None:
    """What a loop sets stays set in Liquid, and ends with each round here."""
    loops = 0
    for piece in found:
        word = piece.code.split()[0] if piece.kind == "{%" and piece.code.strip() else ""
        loops += (word == "for") - (word == "endfor")
        if word == "assign" and loops:
            raise Untranslatable(piece.line, "what is assigned in a loop ends with each round here.")


def _translated(piece: Piece, line: int, notes: Notes) -> str:
    if piece.kind == "text":
        return piece.code
    if piece.kind == "{#":
        return f"{{# {piece.code.strip().replace('#}', '# }')} #}}"
    _refuse_what_differs(piece)
    return piece.written(_code(piece)) if piece.kind == "{{" else piece.written(_tag(piece, line, notes))


def _tag(piece: Piece, line: int, notes: Notes) -> str:
    word, _, rest = piece.code.strip().partition(" ")
    if word not in _TAGS:
        raise Untranslatable(piece.line, f"prompts have no {word!r}; they have values, if, for, set and include.")
    if word in ("if", "elsif", "unless"):
        return _condition(word, piece, line, notes)
    if word == "for" and re.search(r"\b(?:limit|offset|reversed)\b", without_texts(rest)):
        raise Untranslatable(piece.line, "a loop goes over all of a list: no limit, offset and reversed.")
    inner = _code(piece).strip().removeprefix(word)
    return {"assign": "set", "endunless": "endif"}.get(word, word) + inner


def _condition(word: str, piece: Piece, line: int, notes: Notes) -> str:
    condition = _code(piece).strip().removeprefix(word).strip()
    is_word = re.fullmatch(r"[\w.]+", condition) is not None
    if is_word:
        told = "an empty text, 0 and an empty list count as true in Liquid, and as false here."
        notes.tell(line + piece.line - 1, f"{word} {condition}: {told}")
    # Of a field that is not there this asks; everything else about it is an error here.
    condition = f'{condition}|default("")' if is_word and "." in condition else condition
    if word == "unless":
        return f"if not {condition}" if is_word else f"if not ({condition})"
    return f"{'elif' if word == 'elsif' else word} {condition}"


def _code(piece: Piece) -> str:
    return rewrite(piece.code, _RULES)


def _refuse_what_differs(piece: Piece) -> None:
    bare = without_texts(piece.code)
    if re.search(r"\b(?:blank|empty)\b", bare):
        raise Untranslatable(piece.line, "prompts have no blank and empty; compare with '' or ask for the length.")
    if re.search(r"\band\b", bare) and re.search(r"\bor\b", bare):
        raise Untranslatable(piece.line, "Liquid reads and, or from the right; put one if into the other.")
    for name in _FILTER.findall(bare):
        if name in _OTHERWISE:
            raise Untranslatable(piece.line, f"the filter {name!r} gives something else here.")
