"""What differs between two versions, line by line and word by word."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.diffing import Line, PromptDiff, changed_lines, diff
from tests.prompts.texts import make_bundle

TEXTS = st.lists(st.sampled_from(["Be kind.", "Be brief.", "Be kind, be brief.", "", "é 3–5", "\ttab"]), max_size=12)


def texts_of(before: str, after: str) -> PromptDiff:
    return diff(make_bundle("Hello.", parts={"p.md": before}), make_bundle("Hello.", parts={"p.md": after}))


def written(lines: Iterable[Line], *but: str) -> list[str]:
    return ["".join(bit.text for bit in line.bits) for line in lines if line.kind not in but]


def marked(found: PromptDiff) -> list[str]:
    """Each line as a diff has it, with what changed in brackets."""
    return [
        f"{line.sign or ' '}{''.join(f'[{bit.text}]' if bit.is_changed else bit.text for bit in line.bits)}"
        for text in found.texts
        for line in text.lines
    ]


def test_within_a_line_the_words_that_changed_are_marked() -> None:
    found = texts_of("Within 30 days.\nAsk first.", "Within 14 days.\nAsk first.")
    assert marked(found) == ["−Within [30] days.", "+Within [14] days.", " Ask first."]
    assert (found.added, found.removed) == (1, 1)


def test_a_line_that_came_is_new_as_a_whole() -> None:
    assert marked(texts_of("One.", "One.\nTwo.")) == [" One.", "+[Two.]"]


def test_far_from_a_change_lines_are_left_out() -> None:
    many = [f"Line {number}." for number in range(40)]
    changed = [*many]
    changed[5], changed[30] = "Other.", "Other too."
    [text] = texts_of("\n".join(many), "\n".join(changed)).texts
    assert [line.kind for line in text.lines].count("gap") == 1
    assert len(text.lines) == 2 * (3 + 2 + 3) + 1
    assert text.lines[3].number == 6


def test_a_part_that_is_new_or_gone_is_told_under_its_name() -> None:
    base, head = make_bundle("Hello.", parts={"old.md": "Old."}), make_bundle("Hello.", parts={"new.md": "New."})
    found = diff(base, head)
    assert [text.name for text in found.texts] == ["new.md", "old.md"]
    assert marked(found) == ["+[New.]", "−[Old.]"]


FIVE = "Be kind.\nBe brief.\nAsk first.\nSay so.\nStop."


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        (FIVE, []),
        (
            FIVE.replace("Be brief.", "Be short."),
            [" Be kind.", "−Be [brief].", "+Be [short].", " Ask first.", " Say so.", " Stop."],
        ),
        ("Be kind.\n\nAsk first.\nStop.\nNew.\n\n", None),
    ],
)
def test_a_part_that_has_another_name_is_told_as_moved_with_what_changed_in_it(
    after: str, lines: list[str] | None
) -> None:
    base, head = make_bundle("Hi.", parts={"old.md": FIVE}), make_bundle("Hi.", parts={"new.md": after})
    found = diff(base, head)
    assert [(text.name, text.was, text.title) for text in found.texts] == [("new.md", "old.md", "old.md → new.md")]
    assert lines in (None, marked(found))
    assert changed_lines(base, head) == (found.added, found.removed)


@pytest.mark.parametrize("after", ["Be kind.\nBe brief.\nOne.\nTwo.\nThree.", f"{FIVE}\nA\nB\nC\nD", "", "\n\n"])
def test_less_than_three_fifths_of_its_lines_make_another_part(after: str) -> None:
    found = diff(make_bundle("Hi.", parts={"old.md": FIVE}), make_bundle("Hi.", parts={"new.md": after}))
    assert [text.was for text in found.texts if text.was] == []


def test_of_several_each_is_what_it_is_most_like() -> None:
    other = FIVE.replace("Stop.", "Go on.")
    base = make_bundle("Hi.", parts={"a.md": FIVE, "b.md": other, "gone.md": "Gone.", "stays.md": FIVE})
    head = make_bundle("Hi.", parts={"y.md": f"{other}\nMore.", "z.md": FIVE, "new.md": "New.", "stays.md": FIVE})
    found = [text.title for text in diff(base, head).texts]
    assert found == ["b.md → y.md", "a.md → z.md", "new.md", "gone.md"]


def test_a_copy_of_what_stays_is_new() -> None:
    base, head = make_bundle("Hi.", parts={"a.md": FIVE}), make_bundle("Hi.", parts={"a.md": FIVE, "b.md": FIVE})
    assert [(text.name, text.was, text.removed) for text in diff(base, head).texts] == [("b.md", "", 0)]


def test_settings_are_one_a_line() -> None:
    found = diff(make_bundle("Hello.", model={"temperature": 0.2}), make_bundle("Hello.", model={"temperature": 0.4}))
    assert [text.name for text in found.texts] == ["Settings"]
    assert marked(found) == ["−model.temperature: [0.2]", "+model.temperature: [0.4]"]


def test_what_would_act_unseen_is_spelled_out() -> None:
    assert marked(texts_of("Red.", "\x1b[31mRed.\u202e"))[-1] == "+[\\x1b[31mRed.\\u202e]"


@pytest.mark.parametrize("text", ["", "One.", "One.\n\nTwo.\n"])
def test_the_same_has_no_difference(text: str) -> None:
    assert texts_of(text, text).texts == ()


@given(TEXTS.map("\n".join), TEXTS.map("\n".join))
def test_both_sides_can_be_read_from_it(before: str, after: str) -> None:
    """Of texts so short that no line is left out."""
    for text in texts_of(before, after).texts:
        blocks = [block for block in text.blocks if not block.is_gap]
        ours = [line for block in blocks for line in block.before]
        theirs = [line for block in blocks for line in block.after]
        numbers = [line.number for line in ours], [line.number for line in theirs]
        assert written(ours) == [before.split("\n")[number - 1] for number in numbers[0]]
        assert written(theirs) == [after.split("\n")[number - 1] for number in numbers[1]]
        assert [line for row in (b.rows for b in blocks) for line, _ in row if line] == ours
