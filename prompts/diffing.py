"""What differs between two versions of a prompt: messages, parts, settings; line by line, and in a line word by word.

Pure.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, Final, Literal, NamedTuple

from aiops.lib.showing import visible
from aiops.lib.word_diff import Piece, compared
from prompts.bundle import Bundle
from prompts.moving import pairs

_AROUND: Final = 3
# So many lines are read at once, beside something else.
_SHORT: Final = 20
_MOST_COUNTED: Final = 10_000
_SIGNS: Final = {"new": "+", "gone": "−"}

type Kind = Literal["same", "gone", "new", "gap"]


class Bit(NamedTuple):
    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """`number`: of the line in its own version."""

    kind: Kind
    bits: tuple[Bit, ...] = ()
    number: int = 0

    @property
    def sign(self) -> str:
        return _SIGNS.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stayed are on both sides; of a gap, where such are left out, there are none."""

    before: tuple[Line, ...] = ()
    after: tuple[Line, ...] = ()
    is_same: bool = False

    @property
    def is_gap(self) -> bool:
        return not self.before and not self.after

    @property
    def unified(self) -> Iterator[Line]:
        if self.is_gap:
            yield Line("gap")
        if not self.is_same:
            yield from self.before
        yield from self.after

    @property
    def rows(self) -> Iterator[tuple[Line | None, Line | None]]:
        return zip_longest(self.before, self.after)


@dataclass(frozen=True, slots=True)
class TextDiff:
    """`was`: what it was called, if that was otherwise; then there may be no blocks, as its text is the same."""

    name: str
    blocks: tuple[Block, ...]
    was: str = ""

    @property
    def title(self) -> str:
        return f"{self.was} → {self.name}" if self.was else self.name

    @property
    def lines(self) -> list[Line]:
        return [line for block in self.blocks for line in block.unified]

    @property
    def added(self) -> int:
        return sum(len(block.after) for block in self.blocks if not block.is_same)

    @property
    def removed(self) -> int:
        return sum(len(block.before) for block in self.blocks if not block.is_same)


@dataclass(frozen=True, slots=True)
class PromptDiff:
    texts: tuple[TextDiff, ...]

    @property
    def is_short(self) -> bool:
        return sum(len(text.lines) for text in self.texts) <= _SHORT

    @property
    def added(self) -> int:
        return sum(text.added for text in self.texts)

    @property
    def removed(self) -> int:
        return sum(text.removed for text in self.texts)


def diff(base: Bundle, head: Bundle) -> PromptDiff:
    found = [_diff(each.name, each.before, each.after, was=each.was) for each in pairs(_texts(base), _texts(head))]
    settings = _blocks(settings_of(base), settings_of(head), around=0)
    return PromptDiff(tuple(text for text in (*found, TextDiff("Settings", settings)) if text.blocks or text.was))


def diff_texts(base: Bundle | None, head: Bundle | None) -> tuple[TextDiff, ...]:
    """As `diff`, also of what is only on one side: all of it is new, or gone."""
    if base and head:
        return diff(base, head).texts
    before, after = _texts(base) if base else {}, _texts(head) if head else {}
    found = [_diff(name, before.get(name, ""), after.get(name, "")) for name in {**after, **before}]
    lines = [settings_of(each) if each else [] for each in (base, head)]
    return tuple(text for text in (*found, TextDiff("Settings", _blocks(*lines, around=0))) if text.blocks)


def changed_lines(base: Bundle, head: Bundle) -> tuple[int, int] | None:
    """Lines added and removed, as `diff` tells them; None where there are too many lines to count in a push."""
    texts = [(_lines(each.before), _lines(each.after)) for each in pairs(_texts(base), _texts(head))]
    texts.append((settings_of(base), settings_of(head)))
    changed = [(old, new) for old, new in texts if old != new]
    if sum(len(old) + len(new) for old, new in changed) > _MOST_COUNTED:
        return None
    codes = [code for old, new in changed for code in SequenceMatcher(None, old, new).get_opcodes()]
    edits = [(to - k, j - i) for tag, i, j, k, to in codes if tag != "equal"]
    return sum(added for added, _ in edits), sum(removed for _, removed in edits)


def text_diff(name: str, before: str, after: str) -> TextDiff:
    """Of one text, such as a part's."""
    return _diff(name, before, after)


def _texts(bundle: Bundle) -> dict[str, str]:
    """What an answer is rendered from, by name."""
    messages = "\n".join(f"[{message.role.value}]\n{message.content}" for message in bundle.messages)
    return {"Messages": messages, **bundle.parts}


def settings_of(bundle: Bundle) -> list[str]:
    """One a line: `model.temperature: 0.2`."""
    data = bundle.as_data()
    return sorted(visible(line) for name in ("model", "output", "variables") for line in _spread(name, data[name]))


def _spread(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for inner, each in value.items():
            yield from _spread(f"{name}.{inner}", each)
    else:
        yield f"{name}: {json.dumps(value, ensure_ascii=False, sort_keys=True)}"


def _diff(name: str, before: str, after: str, *, was: str = "") -> TextDiff:
    return TextDiff(name, _blocks(_lines(before), _lines(after), around=_AROUND), was)


def _lines(text: str) -> list[str]:
    return visible(text).split("\n") if text else []


def _blocks(before: Sequence[str], after: Sequence[str], *, around: int) -> tuple[Block, ...]:
    groups = [group for group in SequenceMatcher(None, before, after).get_grouped_opcodes(around) if _changes(group)]
    found: list[Block] = []
    for group in groups:
        if found:
            found.append(Block())
        found += [
            _block(before[i:j], after[k:to], i, k, is_same=tag == "equal")
            for tag, i, j, k, to in group
            if i < j or k < to
        ]
    return tuple(found)


def _changes(group: Iterable[tuple[str, int, int, int, int]]) -> bool:
    return any(tag != "equal" for tag, *_ in group)


def _block(before: Sequence[str], after: Sequence[str], first: int, second: int, *, is_same: bool) -> Block:
    if is_same:
        return Block(_whole("same", before, first), _whole("same", after, second), is_same=True)
    if not before or not after:
        return Block(_whole("gone", before, first), _whole("new", after, second))
    found = compared("\n".join(before), "\n".join(after))
    return Block(_cut("gone", found.base, first), _cut("new", found.head, second))


def _whole(kind: Kind, lines: Sequence[str], first: int) -> tuple[Line, ...]:
    bits = ((Bit(text, is_changed=kind != "same"),) if text else () for text in lines)
    return tuple(Line(kind, each, number) for number, each in enumerate(bits, first + 1))


def _cut(kind: Kind, pieces: Sequence[Piece], first: int) -> tuple[Line, ...]:
    """Pieces run over the ends of lines."""
    lines: list[list[Bit]] = [[]]
    for piece in pieces:
        start, *others = f"{piece.text}{piece.hidden}{piece.rest}".split("\n")
        lines[-1].append(Bit(start, piece.kind == kind))
        lines.extend([Bit(text, piece.kind == kind)] for text in others)
    return tuple(Line(kind, tuple(bit for bit in bits if bit.text), n) for n, bits in enumerate(lines, first + 1))
