"""Variables and parts that nothing uses."""

from pathlib import Path

from prompts.lint import lint
from tests.prompts.lint.folders import LONG, found
from tests.prompts.texts import prompt_text, read_folder


def test_an_orderly_prompt_is_not_remarked_on(tmp_path: Path) -> None:
    text = prompt_text("variables: {q: {type: string}}", content='{% include "parts/a.md" %} {{ q }}')
    assert found(tmp_path, {"a.prompt.yaml": text, "parts/a.md": LONG}) == []


def test_a_variable_that_no_text_uses_is_named(tmp_path: Path) -> None:
    text = prompt_text("variables:", "  q: {type: string}")
    assert found(tmp_path, {"a.prompt.yaml": text}) == ["a.prompt.yaml:3:3: warning: no text uses the variable 'q'."]


def test_a_part_that_no_prompt_includes_is_named(tmp_path: Path) -> None:
    files = {"a.prompt.yaml": prompt_text(), "parts/deep/a.md": "A", "README.md": "no part"}
    assert found(tmp_path, files) == ["parts/deep/a.md:1:1: warning: no prompt includes this part."]


def test_a_part_is_not_called_unused_while_a_prompt_cannot_be_read(tmp_path: Path) -> None:
    reading = read_folder(tmp_path, {"a.prompt.yaml": "[", "parts/a.md": "A"})
    assert lint(reading) == ()
