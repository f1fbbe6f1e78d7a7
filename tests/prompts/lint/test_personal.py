"""Data of persons in a text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.lint import personal_in
from tests.prompts.lint.folders import rules_of
from tests.prompts.texts import prompt_text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("jane.doe@acme-corp.com", "a person's e-mail address"),
        ("+49 30 901820", "a phone number"),
        ("+1 (650) 253-0000", "a phone number"),
        ("DE12 5001 0517 0648 4898 90", "an IBAN"),
        ("4539 1488 0343 6467", "a credit card's number"),
        ("536-90-4399", "a US social security number"),
        ("54362315K", "a Spanish identity number"),
        ("RCCMNL83S18D969H", "an Italian tax code"),
    ],
)
def test_data_of_persons_are_seen(text: str, kind: str) -> None:
    (personal,) = personal_in(f"first\nask {text} now")
    assert personal == (2, 5, kind)


@pytest.mark.parametrize(
    "text",
    [
        "Write to jane.doe@example.com, jane@shop.example or support@acme-corp.com.",
        "name@company.com, user@host.com, {{ name }}@acme.com",
        "order 4539148803436468, 2026-11-27 10:22:01, version 1.2.3, +1 555 555 0123",
        "4242 4242 4242 4242 and DE89 3704 0044 0532 0130 00",
        "000-12-3456, 12345678A, 1234567890123456",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    ],
)
def test_what_nobody_is_found_by_is_left_alone(text: str) -> None:
    assert list(personal_in(text)) == []


@given(st.text())
def test_any_text_can_be_searched_for_persons(text: str) -> None:
    assert all(personal.line <= text.count("\n") + 1 for personal in personal_in(text))


def test_data_of_persons_are_a_warning_that_a_comment_pardons(tmp_path: Path) -> None:
    part = "Ask jane.doe@acme-corp.com."
    text = prompt_text(content='{% include "parts/a.md" %}')
    warned = {"a.prompt.yaml": text, "parts/a.md": part}
    assert rules_of(tmp_path / "a", warned) == ["prompt/personal-data"]
    pardoned = {"a.prompt.yaml": text, "parts/a.md": part + "\n{# aiops-ignore: personal-data #}"}
    assert rules_of(tmp_path / "b", pardoned) == []
