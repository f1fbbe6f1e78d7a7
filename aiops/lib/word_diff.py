"""Two texts word by word: what went, what came, what stayed. Pure; within bounds, however long they are."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from rapidfuzz.distance import LCSseq

# Of each side; the work grows with their product.
MOST_WORDS: Final = 6_000
# What stayed is folded when it is longer than this; so much of it is shown on either side of the fold.
FOLD: Final = 400
_SHOWN: Final = 140
_WORD: Final = re.compile(r"\w+(?:[.,’'-]\w+)*|\s+|[^\w\s]")
_LETTER: Final = re.compile(r"\w")

type Kind = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Piece:
    """`hidden` and `rest` follow `text` where a long stretch that stayed is folded."""

    kind: Kind
    text: str
    hidden: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    base: tuple[Piece, ...]
    head: tuple[Piece, ...]
    # Both whole, unmarked.
    is_too_long: bool = False


class _Run(NamedTuple):
    """Words `base[i:j]` against `head[k:l]`."""

    is_same: bool
    i: int
    j: int
    k: int
    l: int  # noqa: E741 - as the indices before it


def compared(base: str, head: str) -> Compared:
    ours, theirs = _WORD.findall(base), _WORD.findall(head)
    if max(len(ours), len(theirs)) > MOST_WORDS:
        return Compared(unmarked(base), unmarked(head), is_too_long=base != head)
    runs = list(_without_crumbs(_settled(_runs(ours, theirs), ours, theirs), ours))
    return Compared(
        base=tuple(_pieces((run.is_same, "".join(ours[run.i : run.j])) for run in runs)),
        head=tuple(_pieces(((run.is_same, "".join(theirs[run.k : run.l])) for run in runs), came=True)),
    )


def unmarked(text: str) -> tuple[Piece, ...]:
    """One text that has no other beside it: nothing marked, nothing folded."""
    return (Piece("same", text),) if text else ()


def _runs(base: Sequence[str], head: Sequence[str]) -> list[_Run]:
    """In their order, two that changed never side by side."""
    found: list[_Run] = []
    for code in LCSseq.opcodes(base, head):
        run = _Run(code.tag == "equal", code.src_start, code.src_end, code.dest_start, code.dest_end)
        if found and found[-1].is_same == run.is_same:
            run = _joined(found.pop(), run)
        found.append(run)
    return found


def _settled(runs: Sequence[_Run], base: Sequence[str], head: Sequence[str]) -> list[_Run]:
    """Of "one. Two. three." the sentence " Two." went, not ". Two": the same letters, but people read the first."""
    found = list(runs)
    for place in range(1, len(found) - 1):
        before, run, after = found[place - 1 : place + 2]
        by = _slide(run, after, base, head)
        found[place - 1] = before._replace(j=before.j + by, l=before.l + by)
        found[place] = _Run(run.is_same, run.i + by, run.j + by, run.k + by, run.l + by)
        found[place + 1] = after._replace(i=after.i + by, k=after.k + by)
    return found


def _slide(run: _Run, after: _Run, base: Sequence[str], head: Sequence[str]) -> int:
    """By how many words it may move on, so that it begins at a space; 0 for what has two sides."""
    if run.is_same or (run.i < run.j and run.k < run.l):
        return 0
    words, start, end = (base, run.i, run.j) if run.i < run.j else (head, run.k, run.l)
    most = min(after.j - after.i - 1, end - start - 1)
    equal = next((by for by in range(most) if words[start + by] != words[end + by]), max(0, most))
    return max((by for by in range(1, equal + 1) if words[start + by].isspace()), default=0)


def _without_crumbs(runs: Sequence[_Run], base: Sequence[str]) -> Iterator[_Run]:
    """A comma or an "of" that stayed between two changes says nothing: it reads better as part of them."""
    held: _Run | None = None
    for index, run in enumerate(runs):
        is_inside = held is not None and index + 1 < len(runs)
        crumb = run.is_same and is_inside and _words(base[run.i : run.j]) <= 1
        run = run._replace(is_same=run.is_same and not crumb)
        if held is not None and not held.is_same and not run.is_same:
            held = _joined(held, run)
            continue
        if held is not None:
            yield held
        held = run
    if held is not None:
        yield held


def _joined(first: _Run, then: _Run) -> _Run:
    return first._replace(j=then.j, l=then.l)


def _words(tokens: Sequence[str]) -> int:
    return sum(_LETTER.match(token) is not None for token in tokens)


def _pieces(texts: Iterable[tuple[bool, str]], *, came: bool = False) -> Iterator[Piece]:
    for is_same, text in texts:
        if is_same:
            yield _folded(text)
        elif text:
            yield from _changed(text, "new" if came else "gone")


def _changed(text: str, kind: Kind) -> Iterator[Piece]:
    """The space around a change is not struck through with it, unless it is all that changed."""
    inner = text.strip()
    if not inner:
        yield Piece(kind, text)
        return
    before, _, after = text.partition(inner)
    yield from (Piece("same", before),) if before else ()
    yield Piece(kind, inner)
    yield from (Piece("same", after),) if after else ()


def _folded(text: str) -> Piece:
    if len(text) <= FOLD:
        return Piece("same", text)
    start = text.rfind(" ", 1, _SHOWN) + 1 or _SHOWN
    end = text.find(" ", len(text) - _SHOWN)
    end = end + 1 if end > 0 else len(text) - _SHOWN
    return Piece("same", text[:start], text[start:end], text[end:])
