"""The migration counts what is there for ever as it did; by numbers, not by what counts today."""

from typing import Any

import pytest

from prompts.bundle import Bundle
from prompts.migrations import _sizes
from prompts.migrations._sizes import Sizes
from tests.prompts.factories import make_bundle

TEN = "".join(f"line {number}\n" for number in range(10))


def counted(head: Bundle, base: Bundle | None = None) -> Sizes:
    content, before = (each and _sizes.read(each.as_json()) for each in (head, base))
    assert content
    return _sizes.sizes(content, before)


def including(path: str = "parts/a.md", **parts: str) -> Bundle:
    named = {name.replace("_", "/") + ".md": text for name, text in parts.items()}
    return make_bundle(f'{{% include "{path}" %}}', parts=named)


@pytest.mark.parametrize(
    ("head", "tokens"),
    [
        (make_bundle("Be kind."), 6),
        (make_bundle("Be kind.\nBe brief."), 9),
        # 26 and 8 letters, and those of the question.
        (including(parts_a="Be kind."), 13),
        (including(parts_a='{% include "parts/b.md" %}', parts_b="Be kind."), 19),
        (including("parts/gone.md"), None),
        (including(parts_a='{% include "parts/a.md" %}'), None),
        (make_bundle("{% if %}"), None),
    ],
)
def test_tokens_are_a_fourth_of_the_letters_with_all_parts_and_unknown_where_they_do_not_fit(
    head: Bundle, tokens: int | None
) -> None:
    assert counted(head) == (tokens, None, None)


@pytest.mark.parametrize(
    ("base", "head", "added", "removed"),
    [
        ({"text": "One."}, {"text": "One."}, 0, 0),
        ({"text": "One.\nTwo.\nThree."}, {"text": "One.\n2.\nThree.\nFour."}, 2, 1),
        ({"parts": {"a.md": "A\nB", "gone.md": "G"}}, {"parts": {"a.md": "A", "new.md": "N"}}, 1, 2),
        ({"parts": {"old.md": TEN}}, {"parts": {"new.md": TEN + "one more"}}, 1, 1),
        ({"model": {"chain": "default"}}, {"model": {"chain": "other", "temperature": 0.2}}, 2, 1),
        ({"text": TEN}, {"text": "\n".join(map(str, range(10_001)))}, None, None),
    ],
)
def test_lines_are_those_added_and_removed_and_unknown_of_very_many(
    base: dict[str, Any], head: dict[str, Any], added: int | None, removed: int | None
) -> None:
    assert counted(make_bundle(**head), make_bundle(**base))[1:] == (added, removed)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"messages": [{}], "parts": {}}', "null"])
def test_what_an_older_console_kept_otherwise_is_left_as_it_is(content: str) -> None:
    assert _sizes.read(content) is None
