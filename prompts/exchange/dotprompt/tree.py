"""Handlebars' tokens as a tree of texts, values, blocks and partials."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from prompts.exchange.dotprompt.tokens import CLOSE, ELSE, INVERSE, OPEN, PARTIAL, TEXT, Token, tokens
from prompts.exchange.draft import Untranslatable

_DEEPEST: Final = 40
_WORD: Final = re.compile(
    r"\s*(?:(?P<key>[A-Za-z_][\w-]*)=)?(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'"
    r"|(?P<number>-?\d+(?:\.\d+)?)(?=[\s)]|$)|(?P<path>[^\s=()|\"']+))"
)
_PARAMS: Final = re.compile(r"\s+as\s+\|\s*([\w\s]+?)\s*\|\s*$")


class Word(NamedTuple):
    """`kind`: text, number or path."""

    kind: str
    text: str


class Call(NamedTuple):
    """What stands in a tag: a name, and what it is given."""

    name: Word
    given: tuple[Word, ...]
    named: dict[str, Word]
    params: tuple[str, ...]
    line: int


class Text(NamedTuple):
    text: str
    line: int


class Value(NamedTuple):
    call: Call


class Partial(NamedTuple):
    call: Call
    is_alone: bool
    indent: str


@dataclass(slots=True)
class Block:
    """`alone`: which of its tags had lines of their own: that which opens it, else, and that which closes it."""

    call: Call
    is_inverse: bool
    body: "list[Node]" = field(default_factory=list)
    otherwise: "list[Node] | None" = None
    alone: list[bool] = field(default_factory=lambda: [False, False, False])
    # An else that is an if: it closes with the block that it is in.
    is_chained: bool = False


type Node = Text | Value | Partial | Block


def parse(text: str) -> list[Node]:
    """Raises Untranslatable."""
    return _Parser(tokens(text)).nodes()


@dataclass(slots=True)
class _Parser:
    found: Sequence[Token]
    open: list[Block] = field(default_factory=list)

    def nodes(self) -> list[Node]:
        whole: list[Node] = []
        for token in self.found:
            if token.kind == CLOSE:
                self._close(token)
            elif token.kind == ELSE:
                self._turn(token)
            else:
                self._add(self._node(token), whole)
        if self.open:
            block = self.open[-1].call
            raise Untranslatable(block.line, f"{block.name.text} is never closed.")
        return whole

    def _node(self, token: Token) -> Node:
        if token.kind == TEXT:
            return Text(token.code, token.line)
        if token.kind == PARTIAL:
            return Partial(_call(token), token.is_alone, token.indent)
        if token.kind in (OPEN, INVERSE):
            return Block(_call(token), token.kind == INVERSE, alone=[token.is_alone, False, False])
        return Value(_call(token))

    def _add(self, node: Node, whole: list[Node]) -> None:
        if not self.open:
            whole.append(node)
        elif self.open[-1].otherwise is not None:
            self.open[-1].otherwise.append(node)
        else:
            self.open[-1].body.append(node)
        if isinstance(node, Block):
            if len(self.open) >= _DEEPEST:
                raise Untranslatable(node.call.line, f"blocks may be nested {_DEEPEST} deep.")
            self.open.append(node)

    def _turn(self, token: Token) -> None:
        if not self.open or self.open[-1].otherwise is not None:
            raise Untranslatable(token.line, "this else belongs to no block.")
        block = self.open[-1]
        block.otherwise, block.alone[1] = [], token.is_alone
        if token.code:
            chained = Block(_call(token), False, alone=[token.is_alone, False, False], is_chained=True)
            block.otherwise.append(chained)
            self.open.append(chained)

    def _close(self, token: Token) -> None:
        while self.open and self.open[-1].is_chained:
            self.open.pop().alone[2] = token.is_alone
        if not self.open or self.open[-1].call.name.text != token.code:
            raise Untranslatable(token.line, f"/{token.code[:60]} closes what is not open.")
        self.open.pop().alone[2] = token.is_alone


def _call(token: Token) -> Call:
    params = _PARAMS.search(token.code)
    code = token.code[: params.start()] if params else token.code
    words: list[Word] = []
    named: dict[str, Word] = {}
    at = 0
    while at < len(code):
        found = _WORD.match(code, at)
        if found is None:
            raise Untranslatable(
                token.line, f"{token.code[:60]!r} cannot be read; values in brackets have no counterpart."
            )
        word = _word(found)
        if found["key"]:
            named[found["key"]] = word
        else:
            words.append(word)
        at = found.end()
        at += len(code[at:]) - len(code[at:].lstrip())
    if not words:
        raise Untranslatable(token.line, "a tag is empty.")
    return Call(words[0], tuple(words[1:]), named, tuple(params[1].split()) if params else (), token.line)


def _word(found: re.Match[str]) -> Word:
    if found["number"] is not None:
        return Word("number", found["number"])
    if found["path"] is not None:
        return Word("path", found["path"])
    return Word("text", found["double"] if found["double"] is not None else found["single"])
