"""What `aiops prompts impact` and `aiops ci` say that a change touches."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aiops.cli.prompts.touching import TouchedPrompt, a_day
from prompts.models import PromptVersion
from tenants.models import Feature, Tenant
from tests.cli.branch import OTHER, SHORTER, End, commit, end, folder, git, judged, written
from tests.cli.conftest import Aiops, printed, run
from tests.prompts.pages.factories import record_calls
from tests.prompts.texts import write

__all__ = ["end", "folder"]

PART = "prompts/parts/a.md"


@pytest.fixture
def alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No console answers."""
    monkeypatch.setenv("AIOPS_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AIOPS_TOKEN", "aiops_sk_test")
    return write(folder, OTHER)


@pytest.mark.parametrize("named", [PART, "parts/a.md"])
def test_a_part_is_followed_to_its_prompts_and_suites(alone: Path, named: str) -> None:
    result = run("prompts", "impact", named)
    first, *rest = result.stdout.splitlines()
    assert (result.exit_code, first) == (0, f"{PART} (part) touches 2 prompts")
    assert "  answer: no feature, judged by answer" in rest
    assert "  other: no feature, judged by other" in rest


def test_without_a_console_the_traffic_is_not_known_and_no_zero(alone: Path) -> None:
    assert "Calls and cost of these prompts are not known. No console" in run("prompts", "impact", PART).stdout
    told = printed(run("prompts", "impact", "answer", "--json"))
    assert "No console" in told["traffic_unknown"]
    assert [(each["name"], each["calls_7d"], each["live"]) for each in told["prompts"]] == [("answer", None, None)]
    assert (told["files"][0]["kind"], told["files"][0]["cost_usd_7d"]) == ("prompt", None)


def test_with_a_console_it_says_what_is_asked_and_costs_in_a_day(
    aiops: Aiops, folder: Path, acme: Tenant, answers: Feature
) -> None:
    aiops("prompts", "push")
    record_calls(PromptVersion.objects.get(), acme.pk, answers.pk, calls=7, at=datetime.now(UTC))
    assert "judged by answer, about 1.0 calls a day, $0.25" in aiops("prompts", "impact", PART).stdout
    (told,) = printed(aiops("prompts", "impact", PART, "--json"))["files"]
    assert (told["calls_7d"], told["cost_usd_7d"]) == (7, "1.75")


def test_a_prompt_that_nobody_called_is_told_as_such(aiops: Aiops, folder: Path) -> None:
    aiops("prompts", "push")
    assert "judged by answer, no calls of 7 days known to be its own" in aiops("prompts", "impact", PART).stdout


def test_less_than_a_cent_a_day_is_not_nothing() -> None:
    known = {"calls_7d": 1, "cost_usd_7d": "0.01"}
    assert a_day(TouchedPrompt("answer", "", (), known)) == "about 0.1 calls a day, < $0.01"


def test_a_folder_that_is_not_there_is_named_by_the_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("prompts", "impact", "answer", terminal_width=200)
    assert (result.exit_code, "Invalid value for --path: there is no folder ./prompts" in result.stderr) == (2, True)


def test_what_the_console_does_not_have_is_said(aiops: Aiops, folder: Path) -> None:
    assert "judged by answer, not on the console" in aiops("prompts", "impact", PART).stdout


def test_a_part_that_no_prompt_includes_is_told(alone: Path) -> None:
    write(alone, {"prompts/parts/unused.md": "x"})
    told = run("prompts", "impact", "parts/unused.md").stdout
    assert told == "prompts/parts/unused.md: no prompt includes it, so nothing changes with it.\n"


def test_everything_that_a_branch_changed_is_followed(alone: Path) -> None:
    write(alone, SHORTER)
    told = printed(run("prompts", "impact", "--base", "main", "--json"))
    assert [(each["path"], each["kind"], each["prompts"]) for each in told["files"]] == [
        ("prompts/other.prompt.yaml", "prompt", ["other"]),
        (PART, "part", ["answer", "other"]),
    ]


def test_nothing_changed_is_said(folder: Path) -> None:
    assert run("prompts", "impact", "--base", "main").stdout == "No prompt and no part changed since main.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "name parts and prompts, or give --base"),
        ([PART, "--base", "main"], 2, "name parts and prompts, or give --base"),
        (["nothing.md"], 1, "There is no file 'nothing.md' here nor in prompts"),
        (["--base", "nowhere"], 1, "git knows no commit 'nowhere'"),
    ],
)
def test_what_cannot_be_followed_is_refused(folder: Path, arguments: list[str], code: int, told: str) -> None:
    result = run("prompts", "impact", *arguments)
    assert result.exit_code == code
    assert told in " ".join(result.stderr.replace("│", " ").split())


def test_the_report_of_a_branch_says_what_it_touches(
    aiops: Aiops, folder: Path, end: End, acme: Tenant, answers: Feature
) -> None:
    aiops("prompts", "push")
    record_calls(PromptVersion.objects.get(), acme.pk, answers.pk, calls=4, at=datetime.now(UTC))
    end("pass")
    commit(write(folder, SHORTER))
    result = aiops("ci", "--base", "main")
    assert judged(result, 0) == [("answer", "pass")]
    assert f"{PART} (part) touches 1 prompt" in result.stdout
    report, markdown, _ = written()
    (file,), (prompt,) = report["impact"]["files"], report["impact"]["prompts"]
    assert file == {"path": PART, "kind": "part", "prompts": ["answer"], "calls_7d": 4, "cost_usd_7d": "1.00"}
    assert (prompt["suites"], prompt["calls_7d"], prompt["live"]) == (["answer"], 4, {})
    assert report["impact"]["traffic_unknown"] is None
    assert "| Changed | Touches | Judged by | Calls, 7 days | Cost |" in markdown
    assert "| 4 | &#36;1.00 |" in markdown


def test_a_changed_comment_touches_nothing(folder: Path) -> None:
    file = folder / "prompts" / "answer.prompt.yaml"
    file.write_text(f"# Why\n{file.read_text()}")
    assert run("ci", "--base", "main").exit_code == 0
    assert (written().report["impact"]["files"], "| Changed |" in written().markdown) == ([], False)


def test_a_changed_part_that_no_prompt_includes_is_told_in_the_report(folder: Path) -> None:
    write(folder, {"prompts/parts/unused.md": "x"})
    result = run("ci", "--base", "main")
    (file,) = written().report["impact"]["files"]
    assert (file["kind"], file["prompts"], file["calls_7d"]) == ("unused", [], None)
    assert "prompts/parts/unused.md: no prompt includes it" in result.stdout
    assert "no prompt includes it" in written().markdown


def test_a_removed_prompt_is_touched_by_its_file(alone: Path) -> None:
    git("switch", "--quiet", "main")
    commit(alone)
    git("switch", "--quiet", "change")
    git("merge", "--quiet", "main")
    (alone / "prompts" / "other.prompt.yaml").unlink()
    write(alone, {"evals/other.yaml": "suite: other\ntests: [{id: one, assert: [{type: contains, value: a}]}]\n"})
    assert run("ci", "--base", "main").exit_code == 0
    impact = written().report["impact"]
    assert [(each["path"], each["prompts"]) for each in impact["files"]] == [("prompts/other.prompt.yaml", ["other"])]
    assert "No console" in impact["traffic_unknown"]
