from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiops.lib.word_diff import FOLD, MOST_WORDS, Piece, compared

WORDS = st.lists(st.sampled_from(["we", "refund", "the", " ", ".", ", ", "\n\n", "3–5", "don’t", "é"]), max_size=40)


def whole(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text + piece.hidden + piece.rest for piece in pieces)


def marked(pieces: Sequence[Piece]) -> list[str]:
    return [piece.text for piece in pieces if piece.kind != "same"]


@given(WORDS.map("".join), WORDS.map("".join))
def test_each_side_is_whole_and_only_its_own_is_marked(base: str, head: str) -> None:
    found = compared(base, head)
    assert (whole(found.base), whole(found.head)) == (base, head)
    assert {piece.kind for piece in found.base} <= {"same", "gone"}
    assert {piece.kind for piece in found.head} <= {"same", "new"}


@given(WORDS.map("".join))
def test_nothing_is_marked_where_nothing_changed(text: str) -> None:
    found = compared(text, text)
    assert marked(found.base) == marked(found.head) == []


@pytest.mark.parametrize(
    ("base", "head", "gone", "new"),
    [
        ("We refund it.", "We repair it.", ["refund"], ["repair"]),
        ("It costs 4.90 euro.", "It costs 5.90 euro.", ["4.90"], ["5.90"]),
        ("Yes. Do not share it. Bye.", "Yes. Bye.", ["Do not share it."], []),
        ("one charge", "the duplicate and a receipt", ["one charge"], ["the duplicate and a receipt"]),
        ("", "All new.", [], ["All new."]),
        # What stands alone between two changes belongs to them.
        ("send it to us", "bring it by hand", ["send it to us"], ["bring it by hand"]),
    ],
)
def test_changes_are_marked_as_people_read_them(base: str, head: str, gone: list[str], new: list[str]) -> None:
    found = compared(base, head)
    assert marked(found.base) == gone
    assert marked(found.head) == new


def test_what_stayed_is_folded_from_a_length_on() -> None:
    kept = "word " * (FOLD // 5 + 1)
    first, *_ = compared(f"{kept}old", f"{kept}new").head
    assert first.hidden
    assert len(first.text) < 200
    assert not compared(kept[:FOLD], kept[:FOLD]).head[0].hidden


def test_what_is_too_long_is_shown_unmarked() -> None:
    found = compared("a " * MOST_WORDS, "b " * MOST_WORDS)
    assert found.is_too_long
    assert marked(found.base) == []
