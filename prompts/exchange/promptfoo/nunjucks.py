"""Nunjucks, as promptfoo renders it, in our words: the same language but for some."""

import re
from collections.abc import Collection
from typing import Final

from prompts.exchange.draft import Untranslatable
from prompts.exchange.tags import Piece, Rule, joined, pieces, rewrite, without_texts

_RULES: Final[tuple[Rule, ...]] = (
    (re.compile(r"==="), "=="),
    (re.compile(r"!=="), "!="),
    (re.compile(r"\bnull\b"), "none"),
    (re.compile(r"\.length\b"), "|length"),
    (re.compile(r"\s*\|\s*dump\b"), "|tojson"),
    (re.compile(r"\s*\|\s*safe\b"), ""),
    (re.compile(r"^\s*else ?if\b"), "elif"),
)
_PAIRS: Final = re.compile(r"\s*for\s+\w+\s*,\s*\w+\s+in\s+([\w.]+)\s*")
_INLINE_IF: Final = re.compile(r"\sif\s(?!.*\selse\s)", re.DOTALL)
_FIELD: Final = re.compile(r"\s*(?:if|elif)\s+(?:not\s+)?\w+(?:\.\w+)+\s*")
_LIST: Final = re.compile(r"\s*(\w+)\s*")
_ENVIRONMENT: Final = re.compile(r"\benv\s*[.\[]")


def translate(text: str, line: int, lists: Collection[str] = ()) -> str:
    """The template in our language; `line`: where it begins; `lists`: variables that hold one.

    Raises Untranslatable.
    """
    try:
        return joined([(each.kind, _translated(each, lists)) for each in pieces(text, has_comments=True)])
    except Untranslatable as fault:
        raise Untranslatable(line + fault.line - 1, fault.detail) from None


def _translated(piece: Piece, lists: Collection[str]) -> str:
    if piece.kind == "text":
        return piece.code
    if piece.kind == "{#":
        return f"{{#{piece.code}#}}"
    if _ENVIRONMENT.search(without_texts(piece.code)):
        raise Untranslatable(piece.line, "prompts read nothing of the environment; make it a variable.")
    code = rewrite(piece.code, _RULES)
    return piece.written(_value(code, lists) if piece.kind == "{{" else _tag(code, lists))


def _value(code: str, lists: Collection[str]) -> str:
    if (name := _LIST.fullmatch(code)) and name[1] in lists:
        return f'{name[1]}|join(",")'
    # Without an else it is nothing there, and an error here.
    return f'{code.strip()} else ""' if _INLINE_IF.search(without_texts(code)) else code


def _tag(code: str, lists: Collection[str]) -> str:
    """A loop over the fields of an object has them in pairs."""
    if (pairs := _PAIRS.fullmatch(code)) and pairs[1] not in lists:
        return f"{code.rstrip()}|items"
    # Whether a field is there may be asked; everything else about one that is not is an error here.
    return f'{code.rstrip()}|default("")' if _FIELD.fullmatch(code) else code
