"""Keys and personal data are told of prompt files with another error, too: what was committed is out already."""

from pathlib import Path

import pytest

from prompts.lint import lint
from prompts.rules import Rule
from tests.prompts.texts import prompt_text, read_folder, told

KEY = "sk-" + "abcdefghijklmnop" * 2
PERSON = "ann@acme-robotics.com"


@pytest.mark.parametrize(
    "wrong",
    [
        prompt_text(content="{{ undeclared }}") + f"\n# {KEY}\n# {PERSON}\n",
        f"name: [\n# {KEY}\n# {PERSON}\n",
        f"- {KEY}\n- {PERSON}\n",
    ],
    ids=["with another error", "not YAML", "no fields"],
)
def test_what_must_not_be_there_is_told_whatever_else_is_wrong(tmp_path: Path, wrong: str) -> None:
    reading = read_folder(tmp_path, {"a.prompt.yaml": wrong})
    assert (reading.prompts, len(reading.problems)) == ((), 1)
    assert [problem.rule for problem in lint(reading)] == [Rule.SECRET, Rule.PERSONAL]


def test_a_part_of_two_faulty_prompts_is_looked_through_once(tmp_path: Path) -> None:
    content = '{% include "parts/a.md" %} {{ undeclared }}'
    files = {f"{name}.prompt.yaml": prompt_text(name=name, content=content) for name in ("a", "b")}
    (problem,) = lint(read_folder(tmp_path, {**files, "parts/a.md": KEY}))
    assert told(tmp_path, problem).startswith("parts/a.md:1:1: error: this looks like an API key")


def test_what_was_pardoned_there_is_left_alone(tmp_path: Path) -> None:
    wrong = f"name: [\n# aiops-ignore: personal-data\n# {PERSON}\n"
    assert lint(read_folder(tmp_path, {"a.prompt.yaml": wrong})) == ()


def test_what_is_no_text_at_all_is_an_error_and_no_more(tmp_path: Path) -> None:
    reading = read_folder(tmp_path, {"a.prompt.yaml": b"\xff\xfe" + KEY.encode()})
    assert (len(reading.problems), lint(reading)) == (1, ())
