import json
from pathlib import Path
from typing import Any

import pytest

from evals.gate import ours
from evals.gate.files import read
from evals.gate.looks import judge_once
from evals.gate.results import Arm, BadResults, Pair, Result, join
from evals.gate.verdict import Outcome
from tests.evals.gate.factories import tally

ROW = {"case": "refund", "repeat": 0, "passed": True, "score": 1, "must_pass": True, "reason": ""}


def written(tmp_path: Path, *rows: dict[str, Any]) -> Path:
    return saved(tmp_path, json.dumps({"aiops_results": 1, "suite": "support", "arm": "head", "results": rows}))


def saved(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "head.json"
    file.write_text(text)
    return file


def arm(*results: Result) -> Arm:
    return Arm("support", "head", results)


def test_our_own_file_is_read(tmp_path: Path) -> None:
    file = written(tmp_path, ROW, {"case": "tone", "repeat": 1, "passed": None, "reason": "timeout"})
    assert read(file) == arm(Result("refund", 0, True, 1.0, must_pass=True), Result("tone", 1, None, reason="timeout"))


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    original = arm(Result("refund", 0, False, 0.25, True, "no refund"), Result("tone", 3, None))
    assert read(saved(tmp_path, json.dumps(ours.document(original)))) == original


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"aiops_results": 1,\n "suite" "x"}', "line 2, column 10"),
        ("", "line 1, column 1"),
        ("[]", "allowed is an object"),
        ('{"results": []}', "neither results of ours"),
        ('{"aiops_results": 2}', "allowed is 1"),
        ('{"aiops_results": 1, "suite": "x", "arm": "y"}', "results: missing; allowed is a list"),
        ("[" * 200_000, "nested too deeply"),
    ],
    ids=["syntax", "empty", "list", "foreign", "version", "no results", "deep"],
)
def test_a_file_that_cannot_be_read_is_named_with_the_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadResults, match=said) as refused:
        read(saved(tmp_path, text))
    assert "head.json" in str(refused.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"case": 7}, r"results\[0\]\.case: 7; allowed is text"),
        ({"repeat": "0"}, r"results\[0\]\.repeat: '0'; allowed is a whole number"),
        ({"repeat": True}, r"results\[0\]\.repeat: True"),
        ({"passed": "yes"}, r"results\[0\]\.passed: 'yes'; allowed are true and false"),
        ({"score": 1.5}, r"results\[0\]\.score: 1.5; allowed is a number from 0 to 1"),
        ({"score": float("nan")}, r"results\[0\]\.score: nan"),
        ({"must_pass": 1}, r"results\[0\]\.must_pass: 1"),
        ({"reason": None}, r"results\[0\]\.reason: missing; allowed is text"),
    ],
)
def test_a_field_that_cannot_be_is_named(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(BadResults, match=said):
        read(written(tmp_path, ROW | change))


def test_a_result_must_say_whether_it_passed(tmp_path: Path) -> None:
    with pytest.raises(BadResults, match=r"results\[0\]\.passed: missing"):
        read(written(tmp_path, {"case": "refund", "repeat": 0}))


def test_a_repeat_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadResults, match="case refund, repeat 0, stands there 2 times"):
        read(written(tmp_path, ROW, ROW))


def test_a_missing_file_and_one_that_is_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bytes.json").write_bytes(b'{"\xff": 1}')
    with pytest.raises(BadResults, match="not UTF-8 at byte 2"):
        read(tmp_path / "bytes.json")
    with pytest.raises(BadResults, match="No such file"):
        read(tmp_path / "absent.json")


def test_cases_are_joined_by_name_not_by_position() -> None:
    base = arm(Result("a", 0, True), Result("b", 0, False), Result("a", 1, True))
    head = arm(Result("b", 0, True), Result("a", 0, False, must_pass=True))
    assert join(base, head) == Pair(
        tallies=(
            tally("a", base=(2, 2), head=(0, 1), must_pass=True),
            tally("b", base=(0, 1), head=(1, 1)),
        ),
        unmeasured=0,
        missing=(),
        new=(),
    )


def test_what_could_not_be_measured_is_neither_pass_nor_failure() -> None:
    found = join(arm(Result("a", 0, True), Result("a", 1, None)), arm(Result("a", 0, None), Result("a", 1, False)))
    assert found.tallies == (tally("a", base=(1, 1), head=(0, 1)),)
    assert found.unmeasured == 2


def test_a_missing_case_is_not_a_passing_case() -> None:
    base = arm(*(Result(f"case-{number}", 0, True) for number in range(100)))
    head = arm(*(Result(f"case-{number}", 0, True) for number in range(3, 101)))
    found = join(base, head)
    assert found.missing == ("case-0", "case-1", "case-2")
    assert found.new == (tally("case-100", base=(0, 0), head=(1, 1)),)
    assert found.unmeasured == 3
    assert judge_once(found.tallies, unmeasured=found.unmeasured).verdict is Outcome.COULD_NOT_MEASURE
