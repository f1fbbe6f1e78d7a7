"""What a model replied about contradictions is believed only as far as its quotes stand in the prompt."""

import json
from pathlib import Path

import pytest

from prompts.files import PromptFile
from prompts.lint import Nonsense, hints_in, question_about
from tests.prompts.texts import prompt_text, read_folder, told

TEXTS = {
    "parts/tone.md": "Be kind.\nNever apologise\nto anybody.\n",
    "a.prompt.yaml": prompt_text(content='Always apologise first.\n{% include "parts/tone.md" %}'),
}
PAIR = {"first": "Never apologise to anybody.", "second": "Always apologise first", "why": "One\n forbids it."}


@pytest.fixture
def prompt(tmp_path: Path) -> PromptFile:
    (prompt,) = read_folder(tmp_path, TEXTS).prompts
    return prompt


def reply(*pairs: dict[str, str]) -> str:
    return json.dumps({"contradictions": pairs})


def test_a_hint_stands_at_its_first_quote_whatever_lies_between_the_words(prompt: PromptFile, tmp_path: Path) -> None:
    (note,) = hints_in(reply(PAIR), prompt).problems
    assert told(tmp_path, note).replace(f"{tmp_path}/", "") == (
        "parts/tone.md:2:1: note: “Never apologise to anybody.” may contradict “Always apologise first” in "
        "a.prompt.yaml:5: One forbids it."
    )
    assert note.rule == "prompt/contradiction"


def test_a_pair_is_told_once_whichever_comes_first(prompt: PromptFile) -> None:
    again = {"first": PAIR["second"], "second": PAIR["first"], "why": "Again."}
    assert len(hints_in(reply(PAIR, again), prompt).problems) == 1


@pytest.mark.parametrize(
    "quote", ["Never say sorry.", "", "   ", "apolog", "{{ question }}", "Always apologise first", "x" * 3_000]
)
def test_a_quote_that_stands_nowhere_or_is_the_other_one_is_dropped_and_counted(prompt: PromptFile, quote: str) -> None:
    hints = hints_in(reply(PAIR | {"first": quote}, PAIR), prompt)
    assert (len(hints.problems), hints.dropped) == (1, 1)


@pytest.mark.parametrize(
    "said",
    ["", "None that I see.", "[]", "{}", '{"contradictions": 1}', '{"contradictions": [{"first": "x"}]}', "[" * 9999],
)
def test_nonsense_is_not_taken_for_none(prompt: PromptFile, said: str) -> None:
    with pytest.raises(Nonsense):
        hints_in(said, prompt)


def test_a_hint_can_be_pardoned_where_it_stands(tmp_path: Path) -> None:
    part = TEXTS["parts/tone.md"] + "{# aiops-ignore: contradiction #}"
    (prompt,) = read_folder(tmp_path, TEXTS | {"parts/tone.md": part}).prompts
    assert hints_in(reply(PAIR), prompt).problems == ()


def test_a_model_is_shown_every_text_by_its_name(prompt: PromptFile) -> None:
    asked = question_about(prompt)[1]["content"]
    assert "[messages[0] (system)]\nAlways apologise first." in asked
    assert "[parts/tone.md]\nBe kind." in asked
