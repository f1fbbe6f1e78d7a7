"""`aiops evals verdict` on files, without a console."""

import json
from pathlib import Path

import pytest

from evals.gate import ours
from evals.gate.results import Arm, Result
from tests.cli.conftest import run
from tests.cli.test_evals import files

__all__ = ["files"]


def results(file: Path, passes: int, cases: int = 100) -> None:
    answers = tuple(Result(f"case-{number}", 0, number < passes) for number in range(cases))
    file.write_text(json.dumps(ours.document(Arm("answer", file.stem, answers))))


@pytest.mark.parametrize(
    ("base", "head", "verdict", "code"),
    [(100, 100, "pass", 0), (100, 60, "blocked", 1), (100, 97, "inconclusive", 3)],
)
def test_two_files_are_judged_offline(files: Path, base: int, head: int, verdict: str, code: int) -> None:
    results(files / "base.json", base)
    results(files / "head.json", head)
    result = run("evals", "verdict", "--base", "base.json", "--head", "head.json", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["verdict"], told["cases"], told["concurrent"]) == (code, verdict, 100, False)
    assert list(told)[:7] == ["verdict", "difference", "interval", "p", "cases", "detectable", "concurrent"]
    low, high = told["interval"]
    assert low <= told["difference"] <= high


def test_files_without_a_case_in_common_cannot_be_measured(files: Path) -> None:
    results(files / "base.json", 5)
    (files / "head.json").write_text(json.dumps(ours.document(Arm("answer", "head", ()))))
    result = run("evals", "verdict", "--base", "base.json", "--head", "head.json", "--json")
    assert (result.exit_code, json.loads(result.stdout)["interval"]) == (2, None)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"a":\n  ]', "head.json, line 2, column 3"),
        ('{"aiops_results": 1, "suite": "a", "arm": "b", "results": [{"case": "x"}]}', "head.json: results[0].repeat"),
        ("[]", "head.json: allowed is an object."),
        ('{"a": "\x1b[31m"}', "head.json"),
    ],
)
def test_files_that_are_no_results_are_wrong_usage(files: Path, content: str, said: str) -> None:
    results(files / "base.json", 5)
    (files / "head.json").write_text(content)
    result = run("evals", "verdict", "--base", "base.json", "--head", "head.json")
    assert (result.exit_code, said in result.stderr, "\x1b[31m" in result.stderr) == (4, True, False)


@pytest.mark.parametrize("options", [("--margin", "0"), ("--alpha", "0.7"), ("--margin", "x"), ("--nope",)])
def test_wrong_rules_are_wrong_usage(files: Path, options: tuple[str, ...]) -> None:
    results(files / "base.json", 5)
    assert run("evals", "verdict", "--base", "base.json", "--head", "base.json", *options).exit_code == 4
