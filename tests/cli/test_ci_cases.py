"""What a branch does to the cases that judge it."""

from pathlib import Path

import pytest

from tests.cli.branch import OTHER, SHORTER, End, commit, end, folder, git, written
from tests.cli.conftest import Aiops
from tests.cli.test_prompts_released import PROMPT, SUITE
from tests.prompts.texts import write

__all__ = ["end", "folder"]

CASES = """
suite: answer
prompt: answer
gate: {margin: 5}
tests:
  - {id: safe, vars: {question: How?}, must_pass: true, assert: [{type: contains, value: no}]}
  - {id: sound, vars: {question: When?}, must_pass: true, assert: [{type: contains, value: now}]}
  - {id: plain, vars: {question: Why?}, assert: [{type: contains, value: because}]}
"""
SAFE, SOUND, PLAIN = CASES.splitlines(keepends=True)[-3:]
MISSING = "A missing case is not a passing case."


@pytest.fixture
def guarded(folder: Path, end: End) -> Path:
    """Two cases of three must pass; every run does."""
    end("pass")
    git("switch", "--quiet", "main")
    commit(write(folder, {"evals/answer.yaml": CASES}))
    git("switch", "--quiet", "--create", "guarded")
    return folder


@pytest.mark.parametrize(
    ("cases", "how"),
    [
        (CASES.replace(SAFE, ""), "safe (removed)"),
        (CASES.replace(SAFE, SAFE.replace("must_pass: true, ", "")), "safe (no longer must-pass)"),
        (CASES.replace(SAFE, SAFE.replace("{type: contains, value: no}", "")), "safe (no assertion left)"),
        (CASES.replace("prompt: answer\n", "prompt: other\n"), "safe (no longer asked of a prompt), sound (no long"),
    ],
)
def test_a_must_pass_case_that_guards_less_leaves_a_pass_to_a_person(
    aiops: Aiops, guarded: Path, cases: str, how: str
) -> None:
    prompt = PROMPT.replace("name: answer", "name: answer\nsuites: [kept]")
    commit(write(guarded, {"evals/answer.yaml": cases, "evals/kept.yaml": SUITE.replace("answer", "kept")}))
    commit(write(guarded, SHORTER | {"prompts/answer.prompt.yaml": prompt}))
    result = aiops("ci", "--base", "main")
    report, markdown, junit = written()
    assert (result.exit_code, report["verdict"], report["exit_code"]) == (3, "inconclusive", 3), result.output
    assert "> [!IMPORTANT]\n> **Inconclusive&#58; must-pass cases were removed or weakened" in markdown
    assert f"removed or weakened: {how}" in result.stdout
    assert f"removed or weakened: {how}" in junit
    assert "<failure" in junit
    (changed,) = [each for each in report["suites"] if each["suite"] == "answer"]
    assert changed["weakened"][0]["case"] == "safe"


def test_cases_that_are_removed_edited_new_or_ask_nothing_are_named(aiops: Aiops, guarded: Path) -> None:
    edited = SOUND.replace("value: now", "value: soon")
    idle = "".join(f"  - {{id: idle-{number}, vars: {{question: What?}}}}\n" for number in range(7))
    cases = CASES.replace(SOUND, edited).replace(PLAIN, idle).replace("margin: 5", "margin: 50")
    commit(write(guarded, SHORTER | {"evals/answer.yaml": cases}))
    result = aiops("ci", "--base", "main")
    assert result.exit_code == 0, result.output
    some = "idle-0, idle-1, idle-2, idle-3, idle-4 and 2 more."
    told = [
        f"suite answer: 1 of 3 cases removed: plain. {MISSING}",
        "suite answer: 1 case edited (1 must-pass): sound.",
        f"suite answer: 7 new cases: {some}",
        f"suite answer: 7 new or edited cases without an assertion that counts: {some}",
        "suite answer: its gate is set otherwise: margin 50, was 5.",
        "suite answer: 7 of 9 cases have no assertion that counts: they pass whatever is answered.",
    ]
    report, markdown, junit = written()
    assert [each for each in told if each not in result.stdout] == []
    assert [each for each in told if each not in junit] == []
    assert [each for each in told if each.replace(":", "&#58;") not in markdown] == []
    (changed,) = report["suites"]
    assert (changed["removed"], changed["edited"], len(changed["new"])) == (["plain"], ["sound"], 7)


def test_a_blocked_run_stays_blocked_whatever_became_of_its_cases(aiops: Aiops, guarded: Path, end: End) -> None:
    end("blocked")
    commit(write(guarded, SHORTER | {"evals/answer.yaml": CASES.replace(SAFE, "")}))
    assert aiops("ci", "--base", "main").exit_code == 1
    assert written().report["suites"][0]["weakened"] == [{"case": "safe", "how": "removed"}]


def test_a_suite_that_was_deleted_is_told_though_no_prompt_changed(aiops: Aiops, guarded: Path) -> None:
    git("rm", "--quiet", "evals/answer.yaml")
    result = aiops("ci", "--base", "main")
    assert (result.exit_code, written().report["verdict"]) == (3, "inconclusive")
    assert f"suite answer: 3 of 3 cases removed: safe, sound, plain. {MISSING}" in result.stdout
    assert "There was nothing to judge." in result.stdout


def test_a_suite_goes_with_its_prompt(aiops: Aiops, guarded: Path) -> None:
    git("rm", "--quiet", "-r", "evals", "prompts/answer.prompt.yaml")
    write(guarded, {"prompts/other.prompt.yaml": OTHER["prompts/other.prompt.yaml"]})
    commit(write(guarded, {"evals/other.yaml": OTHER["evals/other.yaml"], "prompts/parts/a.md": "Be kind.\n"}))
    aiops("ci", "--base", "main")
    assert [each["weakened"] for each in written().report["suites"]] == [[], []]


def test_what_became_of_cases_is_text_in_every_file(aiops: Aiops, guarded: Path) -> None:
    nasty = 'id: "<b>@all\\e[1m"'
    commit(write(guarded, SHORTER | {"evals/answer.yaml": CASES.replace("id: plain", nasty)}))
    result = aiops("ci", "--base", "main")
    _, markdown, junit = written()
    assert ("\x1b" in result.stdout + markdown + junit, "<b>" in markdown + junit) == (False, False)
