"""The ready-made files fit the command."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import run

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "ci"
FILES = ("github.yml", "gitlab.yml")


def read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text())


@pytest.mark.parametrize("name", FILES)
def test_they_call_the_command_with_options_that_it_has(name: str) -> None:
    (options,) = re.findall(r"bin/aiops ci (.*)", (FOLDER / name).read_text())
    help_text = run("ci", "--help").stdout
    assert [option for option in re.findall(r"--[a-z-]+", options) if option not in help_text] == []


def test_on_github_actions_are_pinned_to_major_versions_and_files_are_kept_always() -> None:
    steps = read("github.yml")["jobs"]["evals"]["steps"]
    used = [step["uses"] for step in steps if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", each) for each in used)
    assert [step["if"].split()[0] for step in steps if "if" in step] == ["always()", "always()"]
    assert steps[0]["with"]["fetch-depth"] == 0


def test_on_gitlab_the_report_is_kept_always_and_the_history_is_whole() -> None:
    job = read("gitlab.yml")["prompts"]
    assert (job["artifacts"]["when"], job["variables"]["GIT_DEPTH"]) == ("always", "0")
    assert job["artifacts"]["reports"]["junit"] == "aiops-ci/junit.xml"
