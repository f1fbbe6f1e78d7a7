from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.comparing import FOLD, MOST_WORDS, Piece, compared
from evals.showing import short, visible
from evals.wording import label

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


def test_what_would_act_unseen_is_spelled_out() -> None:
    assert (
        visible("\x1b[31mred\x07 \u202eback\u200b\r\nnext\tcell") == "\\x1b[31mred\\x07 \\u202eback\\u200b\nnext\tcell"
    )


def test_joined_letters_stay_joined() -> None:
    assert visible("می\u200cخواهم 👩\u200d💻") == "می\u200cخواهم 👩\u200d💻"


def test_a_short_text_is_one_line() -> None:
    assert short("one\n two   three", 100) == "one two three"
    assert short("one two three", 8) == "one two…"


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ({"type": "icontains", "value": "30 days"}, "Contains “30 days”"),
        ({"type": "not-contains-any", "value": ["a", "b"]}, "Contains none of “a”, “b”"),
        ({"type": "refusal-correct", "value": True}, "Refuses to answer"),
        ({"type": "refusal-correct"}, "Refuses when it should, and only then"),
        ({"type": "latency", "threshold": 5000}, "Answers within 5,000 ms"),
        ({"type": "cost", "threshold": 0.01}, "Costs at most $0.01"),
        ({"type": "numeric", "value": 30}, "Says the number 30"),
        ({"type": "llm-rubric", "value": "Is kind"}, "Is kind"),
        ({"type": "assert-set", "metric": "tone"}, "tone"),
        ({"type": "javascript", "value": "output.length"}, "javascript output.length"),
    ],
)
def test_an_assertion_has_words_for_people(check: dict[str, object], words: str) -> None:
    assert label(check) == words
