"""What is remarked on in a folder of prompt files."""

from collections.abc import Mapping
from pathlib import Path

from prompts.lint import lint
from tests.prompts.texts import read_folder, told

LONG = "Refunds are paid within fourteen days to the account that paid, unless the order was on its way."


def found(folder: Path, files: Mapping[str, str | bytes]) -> list[str]:
    reading = read_folder(folder, files)
    assert reading.problems == ()
    return [told(folder, problem) for problem in lint(reading)]


def rules_of(folder: Path, files: Mapping[str, str | bytes]) -> list[str]:
    return [problem.rule for problem in lint(read_folder(folder, files))]
