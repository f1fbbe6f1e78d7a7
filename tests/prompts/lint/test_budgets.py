"""Texts that are larger than they may be, and giants."""

from pathlib import Path

import pytest

from tests.prompts.lint.folders import LONG, found, rules_of
from tests.prompts.texts import prompt_text


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        ("system_tokens: 24", []),
        ("system_tokens: 23", ["2:10: error: the system messages have about 24 tokens; budget.system_tokens is 23."]),
        ("total_tokens: 23", ["2:10: error: the messages have about 24 tokens; budget.total_tokens is 23."]),
        ("message_tokens: 23", ["6:7: error: messages[0] has about 24 tokens; budget.message_tokens is 23."]),
    ],
)
def test_a_budget_is_held_to_within_what_can_be_told(tmp_path: Path, budget: str, said: list[str]) -> None:
    text = prompt_text(f"budget: {{{budget}}}", content=LONG[:95])
    assert found(tmp_path, {"a.prompt.yaml": text}) == [f"a.prompt.yaml:{each}" for each in said]


def test_a_part_has_its_budget_and_counts_where_it_is_included(tmp_path: Path) -> None:
    text = prompt_text("budget: {part_tokens: 9, system_tokens: 30}", content='{% include "parts/a.md" %}\n' * 2)
    assert found(tmp_path, {"a.prompt.yaml": text, "parts/a.md": LONG[:80]}) == [
        "a.prompt.yaml:2:26: error: the system messages have about 54 tokens; budget.system_tokens is 30.",
        "parts/a.md:1:1: error: parts/a.md has about 20 tokens; budget.part_tokens is 9.",
    ]


def test_a_giant_prompt_in_one_piece_is_remarked_on(tmp_path: Path) -> None:
    giant = prompt_text(content="\n\n".join(f"{number} is a number." for number in range(2000)))
    (said,) = found(tmp_path, {"a.prompt.yaml": giant})
    assert "warning: a giant prompt: about 9,2" in said


def test_what_is_sent_at_every_call_is_giant_unless_a_budget_says_so(tmp_path: Path) -> None:
    part = "\n\n".join(f"{number} is a number." for number in range(1000))
    include = '{% include "parts/a.md" %}'
    (said,) = found(tmp_path / "a", {"a.prompt.yaml": prompt_text(content=include), "parts/a.md": part})
    assert "a giant prompt: about 4,4" in said
    text = prompt_text("budget: {system_tokens: 9000}", content=include)
    assert found(tmp_path / "b", {"a.prompt.yaml": text, "parts/a.md": part}) == []


def test_a_message_that_holds_everything_is_remarked_on(tmp_path: Path) -> None:
    text = prompt_text(content="\n\n".join(f"{number} is a number." for number in range(500)))
    assert rules_of(tmp_path, {"a.prompt.yaml": text}) == ["prompt/one-piece"]
