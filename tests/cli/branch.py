"""A repository with a prompt and its suite, on a branch beside `main`, and what `aiops ci` wrote of it."""

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import Result

from aiops.cli.evals import watching
from evals.models import Run
from tests.cli.test_evals import GATE
from tests.cli.test_prompts_released import FILES, PROMPT, SUITE
from tests.prompts.texts import write

OTHER = {
    "prompts/other.prompt.yaml": PROMPT.replace("name: answer", "name: other"),
    "evals/other.yaml": SUITE.replace("answer", "other"),
}
SHORTER = {"prompts/parts/a.md": "Be short.\n"}
ESCAPES = "\x1b\x9b\u202e"
type End = Callable[[str], None]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a prompt and its suite, on a branch beside `main`."""
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet", "--initial-branch=main")
    commit(write(tmp_path, FILES | {".gitignore": "aiops-ci/\n"}))
    git("switch", "--quiet", "--create", "change")
    return tmp_path


@pytest.fixture
def end(monkeypatch: pytest.MonkeyPatch) -> End:
    """Runs end so as soon as the command waits for them: of `other` blocked, of the rest with this verdict."""

    def ending(verdict: str) -> None:
        def finish(_: float) -> None:
            ended = {"state": "finished", "report": {"gate": GATE}, "ended_at": datetime.now(UTC)}
            Run.objects.running().filter(prompt__name="other").update(**ended, verdict="blocked")
            Run.objects.running().update(**ended, verdict=verdict)

        monkeypatch.setattr(watching.time, "sleep", finish)

    return ending


def git(*arguments: str) -> str:
    command = ["git", "-c", "user.name=Ann", "-c", "user.email=a@example.org", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path) -> None:
    git("add", ".")
    git("commit", "--quiet", "--message", "Change")


class Files(NamedTuple):
    report: dict[str, Any]
    markdown: str
    junit: str


def written(out: str = "aiops-ci") -> Files:
    folder = Path(out)
    report = json.loads((folder / "report.json").read_text())
    return Files(report, (folder / "report.md").read_text(), (folder / "junit.xml").read_text())


def judged(result: Result, code: int) -> list[tuple[str, str]]:
    """Prompts with their verdicts."""
    assert result.exit_code == code, result.stderr
    return [(each["prompt"], each["verdict"]) for each in written().report["runs"]]
