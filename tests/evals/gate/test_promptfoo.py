import json
from pathlib import Path
from typing import Any

import pytest

from evals.gate.files import read
from evals.gate.looks import judge_once
from evals.gate.results import BadResults, Result, join
from tests.evals.gate.factories import DATA, tally

REAL = DATA / "formats" / "promptfoo" / "results.json"
real = pytest.mark.skipif(not REAL.exists(), reason="the shared data is not here")
COLUMNS = "terse / mock-a; polite / mock-a; terse / mock-b; polite / mock-b"


def row(number: int, **other: Any) -> dict[str, Any]:
    test = {"vars": {"n": number // 2}, "assert": []} | other.pop("test", {})
    graded = {"success": True, "score": 1, "failureReason": 0, "gradingResult": {"pass": True, "reason": "fine"}}
    return {"testIdx": number, "promptIdx": 0, "vars": test["vars"], "testCase": test} | graded | other


def written(tmp_path: Path, *rows: Any, prompts: Any = ({"label": "terse", "provider": "mock"},)) -> Path:
    file = tmp_path / "results.json"
    run = {"version": 3, "prompts": prompts, "results": rows}
    file.write_text(json.dumps({"results": run, "config": {"description": "orders"}}))
    return file


@real
def test_a_real_file_has_its_cases_and_repeats() -> None:
    found = read(REAL, column="terse / mock-a")
    assert (found.suite, found.name) == ("order replies (fixture)", "terse / mock-a")
    assert len(found.results) == 60
    assert len(found.by_case()) == 20
    assert [result.repeat for result in next(iter(found.by_case().values()))] == [0, 1, 2]
    assert sum(result.passed is True for result in found.results) == 51


@real
def test_two_columns_of_a_real_file_are_compared() -> None:
    pair = join(read(REAL, column="terse / mock-a"), read(REAL, column="polite / mock-b"))
    assert (pair.missing, pair.new, pair.unmeasured) == ((), (), 0)
    found = judge_once(pair.tallies)
    assert (found.cases, found.difference, found.p) == (20, 0.0, 1.0)


@real
@pytest.mark.parametrize(
    ("column", "said"),
    [
        (None, f"several columns; choose one of: {COLUMNS}"),
        ("terse", f"several columns called terse; choose one of: {COLUMNS}"),
        ("rude", f"no column rude; there are: {COLUMNS}"),
    ],
)
def test_of_several_columns_one_must_be_chosen(column: str | None, said: str) -> None:
    with pytest.raises(BadResults, match=said):
        read(REAL, column=column)


def test_an_only_column_needs_no_choice(tmp_path: Path) -> None:
    assert read(written(tmp_path, row(0))).name == "terse / mock"


def test_a_column_is_chosen_by_the_label_of_its_prompt_or_provider(tmp_path: Path) -> None:
    prompts = [{"label": "terse", "provider": "a"}, {"label": "polite", "provider": "b"}]
    file = written(tmp_path, row(0), row(0, promptIdx=1, success=False), prompts=prompts)
    assert read(file, column="polite") == read(file, column="b") == read(file, column="polite / b")
    assert [result.passed for result in read(file, column="b").results] == [False]


def test_repeats_are_rows_of_the_same_case_in_the_order_of_their_index(tmp_path: Path) -> None:
    file = written(tmp_path, row(3, success=False), row(0), row(1, success=False), row(2))
    cases = read(file).by_case()
    assert [[result.passed for result in results] for results in cases.values()] == [[True, False], [True, False]]


def test_a_failed_assertion_is_a_failure_though_it_sets_an_error(tmp_path: Path) -> None:
    graded = {"pass": False, "reason": "Expected refund"}
    failed = row(0, success=False, score=0.5, failureReason=1, error="Expected refund", gradingResult=graded)
    (result,) = read(written(tmp_path, failed)).results
    assert (result.passed, result.score, result.reason) == (False, 0.5, "Expected refund")


@pytest.mark.parametrize(
    "broken",
    [
        {"failureReason": 2, "error": "401 Unauthorized", "gradingResult": None},
        {"error": "401 Unauthorized", "gradingResult": None, "failureReason": 0},
        {"failureReason": 2, "error": "401 Unauthorized"},
    ],
)
def test_an_error_row_was_not_measured(tmp_path: Path, broken: dict[str, Any]) -> None:
    (result,) = read(written(tmp_path, row(0, success=False, score=0, **broken))).results
    assert (result.passed, result.score, result.reason) == (None, None, "401 Unauthorized")


def test_an_inserted_case_moves_no_other(tmp_path: Path) -> None:
    base = read(written(tmp_path, row(0), row(2, success=False)))
    head = read(written(tmp_path, row(0, test={"vars": {"n": "new"}}), row(1), row(2, success=False)))
    pair = join(base, head)
    assert [one.head_passes for one in pair.tallies] == [1, 0]
    assert len(pair.new) == 1


def test_an_id_of_its_own_names_the_case_whatever_else_changed(tmp_path: Path) -> None:
    test = {"vars": {"n": "x"}, "metadata": {"id": "refund", "must_pass": True}}
    assert read(written(tmp_path, row(0, test=test))).results == (Result("refund", 0, True, 1.0, True, "fine"),)


def test_edited_assertions_make_another_case(tmp_path: Path) -> None:
    base = read(written(tmp_path, row(0, test={"description": "refund"})))
    head = read(written(tmp_path, row(0, test={"description": "refund", "assert": [{"type": "is-json"}]})))
    pair = join(base, head)
    assert pair.missing[0].startswith("refund #")
    assert pair.tallies == (tally(pair.missing[0], base=(1, 1), head=(0, 0)),)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["text"], r"results\.results\[0\]: allowed is an object"),
        ([{"promptIdx": 0}], r"results\.results\[0\]\.testIdx: missing"),
        ([{"testIdx": 0, "promptIdx": "0"}], r"results\.results\[0\]\.promptIdx: '0'; allowed is a whole number"),
    ],
)
def test_a_row_that_cannot_be_is_named(tmp_path: Path, rows: list[Any], said: str) -> None:
    with pytest.raises(BadResults, match=said):
        read(written(tmp_path, *rows))


def test_another_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text('{"results": {"version": 2}}')
    with pytest.raises(BadResults, match="of version 2; allowed is 3"):
        read(file)
