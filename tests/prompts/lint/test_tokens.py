"""How many tokens a text has, and by whose tokenizer."""

from pathlib import Path

import pytest

from prompts.files import read
from prompts.lint import counter_of, encoding_of, lint, sizes_of, tokens, tokens_of, whole
from prompts.lint.counting import Counter, counter_for
from tests.prompts.texts import prompt_text, read_folder, write


@pytest.mark.parametrize(("characters", "tokens"), [(0, 0), (1, 1), (4, 1), (5, 2)])
def test_four_characters_are_about_a_token(characters: int, tokens: int) -> None:
    assert tokens_of(characters) == tokens


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        ("gpt-4o-mini", "o200k_base"),
        ("openai/gpt-4.1-2025-04-14", "o200k_base"),
        ("o3", "o200k_base"),
        ("gpt-5.1", "o200k_base"),
        ("gpt-4-turbo", "cl100k_base"),
        ("gpt-3.5-turbo-0125", "cl100k_base"),
        ("claude-sonnet-4-5", None),
        ("default", None),
        ("", None),
    ],
)
def test_the_tokenizer_is_that_of_the_models_family(model: str, encoding: str | None) -> None:
    assert encoding_of(model) == encoding


def test_without_a_known_model_tokens_are_an_estimate_and_called_so() -> None:
    counter = counter_for("claude-sonnet-4-5")
    assert (counter.name, counter.is_estimate, counter.count("x" * 5)) == ("estimate", True, 2)


def test_a_tokenizer_counts_what_is_sent_with_parts_once_a_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "counter_for", lambda model: Counter(model, lambda text: len(text.split())))
    content = 'one {{ question }} two {% include "a" %} {% include "a" %}'
    text = prompt_text("variables: {question: {type: string}}", content=content)
    (prompt,) = read_folder(tmp_path, {"a": "three four", "a.prompt.yaml": text}).prompts
    sizes = sizes_of(prompt, "gpt-4o")
    assert {size.template: size.tokens for size in sizes} == {"messages[0]": 6, "a": 2}


def test_the_real_tokenizer_counts_a_prompt_and_a_budget_holds_by_it(tmp_path: Path) -> None:
    pytest.importorskip("bpe_openai")
    lines = ("model: {model: gpt-4o}", "budget: {total_tokens: 7}", "variables: {question: {type: string}}")
    content = 'Antidisestablishmentarianism. {{ question }}{% include "a.md" %}'
    write(tmp_path, {"a.md": "Grüße, 你好 👋🏽 <|endoftext|>\n", "a.prompt.yaml": prompt_text(*lines, content=content)})
    (prompt,) = (reading := read([tmp_path])).prompts
    (problem,) = lint(reading)
    assert counter_of(prompt.bundle).name == "o200k_base"
    assert whole(sizes_of(prompt)) > 7
    assert f"about {whole(sizes_of(prompt)):,} tokens; budget.total_tokens is 7" in problem.text
