"""Comments that pardon a rule."""

from pathlib import Path

import pytest

from tests.prompts.lint.folders import rules_of
from tests.prompts.texts import prompt_text


@pytest.mark.parametrize(
    ("comment", "rules"),
    [
        ("# aiops-ignore: prompt/unused-variable", []),
        ("# aiops-ignore: giant, unused-variable", []),
        ("# aiops-ignore: giant", ["prompt/unused-variable"]),
        ("# aiops-ignore: nonsense", ["prompt/unused-variable"]),
    ],
)
def test_a_comment_pardons_the_rules_that_it_names(tmp_path: Path, comment: str, rules: list[str]) -> None:
    text = prompt_text(comment, "variables:", "  q: {type: string}")
    assert rules_of(tmp_path, {"a.prompt.yaml": text}) == rules
