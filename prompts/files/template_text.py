"""A template's text as it is kept: what an editor leaves at the end of lines is not another version."""

import re
from collections.abc import Iterator
from typing import Final

_OPEN: Final = re.compile(r"\{\{|\{%|\{#")
# A text that is not closed goes to the end: looked for once, however many quotes there are.
_STRINGS: Final = r"""|"(?:\\.|[^"\\])*(?:"|\Z)|'(?:\\.|[^'\\])*(?:'|\Z)"""
_CLOSE: Final = {
    "{{": re.compile(r"(\}\})" + _STRINGS, re.DOTALL),
    "{%": re.compile(r"(%\})" + _STRINGS, re.DOTALL),
    "{#": re.compile(r"(#\})"),
}
_LINE_END: Final = re.compile(r"[ \t]+(?=\n)")
_SIGNS: Final = (" \n", "\t\n")


def tidy(text: str) -> str:
    """Without spaces at the ends of lines, and without blank lines at the end. What stands in {{ }}, {% %} and {# #}
    is left as it is, and so is every line's number and every column."""
    if not text.endswith((" ", "\t", "\n\n")) and not any(sign in text for sign in _SIGNS):
        return text
    pieces = [(is_tag, piece if is_tag else _LINE_END.sub("", piece)) for is_tag, piece in _pieces(text)]
    if pieces and not pieces[-1][0]:
        pieces[-1] = (False, _end(pieces[-1][1]))
    return "".join(piece for _, piece in pieces)


def without_tags(text: str) -> str:
    """Only what a model would read whatever the variables are."""
    return "".join(piece for is_tag, piece in _pieces(text) if not is_tag) if "{" in text else text


def _end(text: str) -> str:
    kept = text.rstrip(" \t\n")
    return f"{kept}\n" if "\n" in text[len(kept) :] else kept


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Whether it is a tag, and its text; together they are the whole."""
    begin = 0
    while opened := _OPEN.search(text, begin):
        end = _end_of_tag(text, opened)
        yield False, text[begin : opened.start()]
        yield True, text[opened.start() : end]
        begin = end
    yield False, text[begin:]


def _end_of_tag(text: str, opened: re.Match[str]) -> int:
    closes = (found for found in _CLOSE[opened[0]].finditer(text, opened.end()) if found[1])
    return next((found.end() for found in closes), len(text))
