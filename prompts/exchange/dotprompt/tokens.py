"""Handlebars in tokens, without the white space that Handlebars takes: around tags alone on their line, and at ~."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from prompts.exchange.draft import Untranslatable
from prompts.exchange.tags import LONGEST_TAG, end_of

TEXT, VALUE, OPEN, INVERSE, ELSE, CLOSE, PARTIAL, COMMENT = "text", "{{", "#", "^", "else", "/", ">", "!"
_ALONE: Final = frozenset({OPEN, INVERSE, ELSE, CLOSE, PARTIAL, COMMENT})
# Of a block: whether an else that is an if has come, or ended.
_NONE, _BEGUN = -2, -1
_OPEN_END: Final = "{{ is never closed by }}."
_ELSE: Final = re.compile(r"else\b|\^\s*$")
_BEGINS_LINE: Final = re.compile(r"\n[ \t]*$")
_ENDS_LINE: Final = re.compile(r"[ \t]*\n")


@dataclass(slots=True)
class Token:
    """`code`: without braces and sign; `is_alone`: its line was its own, and is gone; `indent`: what stood before."""

    kind: str
    code: str
    line: int
    strips: tuple[bool, bool] = (False, False)
    is_alone: bool = False
    indent: str = ""


def tokens(text: str) -> list[Token]:
    """Raises Untranslatable."""
    found = list(_scan(text))
    originals = [token.code if token.kind == TEXT else None for token in found]
    for index, ends in _line_ends(found):
        if _is_alone(originals, index, ends):
            _take_line(found, index, is_whole=ends == index)
    for index, token in enumerate(found):
        _strip(found, index, token)
    return [token for token in found if token.kind != COMMENT and (token.kind != TEXT or token.code)]


def _scan(text: str) -> Iterator[Token]:
    """Texts and tags in turn."""
    at, line, counted, held = 0, 1, 0, ""
    while (begin := text.find("{{", at)) >= 0:
        before = text[at:begin]
        slashes = len(before) - len(before.rstrip("\\"))
        if slashes == 1:
            held += f"{before[:-1]}{{{{"
            at = begin + 2
            continue
        held += before[:-1] if slashes else before
        yield Token(TEXT, held, line)
        line, counted = line + text.count("\n", counted, begin), begin
        token, at = _tag(text, begin, line)
        yield token
        line, counted, held = line + text.count("\n", counted, at), at, ""
    yield Token(TEXT, held + text[at:], line)


def _tag(text: str, begin: int, line: int) -> tuple[Token, int]:
    if text.startswith("{{{{", begin):
        raise Untranslatable(line, "raw blocks {{{{ }}}} have no counterpart.")
    if text.startswith(("{{!--", "{{~!--"), begin):
        return _until(text, begin, "--", line)
    if text.startswith("{{{", begin):
        end = end_of(text, begin + 3, "}}}")
        _check_end(end, line)
        return Token(VALUE, text[begin + 3 : end].strip(), line), end + 3
    end = end_of(text, begin + 2, "}}") if not text.startswith(("{{!", "{{~!"), begin) else text.find("}}", begin)
    _check_end(end, line)
    inner = text[begin + 2 : end]
    strips = (inner.startswith("~"), inner.endswith("~") and len(inner) > 1)
    code = inner[strips[0] : len(inner) - strips[1]].strip()
    return _token(code, line, strips), end + 2


def _until(text: str, begin: int, dashes: str, line: int) -> tuple[Token, int]:
    found = re.compile(rf"{dashes}(~?)\}}\}}").search(text, begin + 5)
    if found is None:
        raise Untranslatable(line, _OPEN_END)
    return Token(COMMENT, "", line, (text[begin + 2] == "~", found[1] == "~")), found.end()


def _check_end(end: int, line: int) -> None:
    if end < 0:
        raise Untranslatable(line, _OPEN_END)


def _token(code: str, line: int, strips: tuple[bool, bool]) -> Token:
    if code.startswith("!"):
        return Token(COMMENT, "", line, strips)
    if len(code) > LONGEST_TAG:
        raise Untranslatable(line, f"what stands in braces may have {LONGEST_TAG:,} characters.")
    if _ELSE.match(code):
        return Token(ELSE, code.removeprefix("else").removeprefix("^").strip(), line, strips)
    if code.startswith(("#*", "#>", "*")):
        raise Untranslatable(line, f"{code[:40]!r}: partials within a template have no counterpart; make them files.")
    if code[:1] in (OPEN, INVERSE, CLOSE, PARTIAL):
        return Token(code[0], code[1:].strip(), line, strips)
    return Token(VALUE, code.removeprefix("&").strip(), line, strips)


def _line_ends(found: list[Token]) -> Iterator[tuple[int, int]]:
    """Tags that may be alone on their line, each with the tag before which the line must begin.

    That is itself but for what closes a block with an else that is an if: there Handlebars looks at the end of what the
    first such else holds, and leaves what stands before.
    """
    firsts: list[int] = []
    for index, token in enumerate(found):
        if token.kind in (OPEN, INVERSE):
            firsts.append(_NONE)
        elif token.kind == ELSE and firsts:
            firsts[-1] = index if firsts[-1] == _BEGUN else _BEGUN if firsts[-1] == _NONE and token.code else firsts[-1]
        if token.kind == CLOSE and firsts:
            first = firsts.pop()
            yield index, first if first >= 0 else index
        elif token.kind in _ALONE:
            yield index, index


def _is_alone(originals: list[str | None], index: int, ends: int) -> bool:
    before, after = originals[ends - 1] or "", originals[index + 1] or ""
    is_first, is_last = index == 1, index == len(originals) - 2
    does_begin = _BEGINS_LINE.search(before) is not None or (is_first and not before.strip(" \t"))
    does_end = _ENDS_LINE.match(after) is not None or (is_last and not after.strip(" \t"))
    return does_begin and does_end


def _take_line(found: list[Token], index: int, *, is_whole: bool) -> None:
    before, after, token = found[index - 1], found[index + 1], found[index]
    bare = before.code.rstrip(" \t") if is_whole else before.code
    token.is_alone, token.indent = True, before.code[len(bare) :]
    before.code = bare
    rest = after.code.lstrip(" \t")
    after.line += rest.startswith("\n")
    after.code = rest.removeprefix("\n")


def _strip(found: list[Token], index: int, token: Token) -> None:
    if token.strips[0]:
        found[index - 1].code = found[index - 1].code.rstrip()
    if token.strips[1]:
        after = found[index + 1]
        bare = after.code.lstrip()
        after.line += after.code[: len(after.code) - len(bare)].count("\n")
        after.code = bare
