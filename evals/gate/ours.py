"""Our own results: {"aiops_results": 1, "suite", "arm", "results": [{"case", "repeat", "passed", …}]}. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from evals.gate.results import Arm, BadResults, Result, field, refuse_repeated

MARK: Final = "aiops_results"
VERSION: Final = 1


def arm(document: Mapping[str, Any], file: str) -> Arm:
    """`passed`: true, false, or null when it could not be measured. `score`, `must_pass`, `reason` may be left out."""
    if document[MARK] != VERSION:
        raise BadResults(f"{file}: {MARK} is {document[MARK]!r}; allowed is {VERSION}.")
    rows = field(document, "results", list, file)
    results = tuple(_result(row, f"{file}: results[{number}]") for number, row in enumerate(rows))
    refuse_repeated(results, file)
    return Arm(field(document, "suite", str, file), field(document, "arm", str, file), results)


def document(arm: Arm) -> dict[str, Any]:
    """The same back: what `aiops evals run --output` writes."""
    return {"aiops_results": VERSION, "suite": arm.suite, "arm": arm.name, "results": [_row(it) for it in arm.results]}


def _row(result: Result) -> dict[str, Any]:
    return {
        "case": result.case,
        "repeat": result.repeat,
        "passed": result.passed,
        "score": result.score,
        "must_pass": result.must_pass,
        "reason": result.reason,
    }


def _result(row: Any, where: str) -> Result:
    if not isinstance(row, dict):
        raise BadResults(f"{where}: allowed is an object.")
    return Result(
        case=field(row, "case", str, where),
        repeat=field(row, "repeat", int, where),
        passed=_passed(row, where),
        score=_score(row.get("score"), where),
        must_pass=_yes_or_no(row.get("must_pass", False), f"{where}.must_pass"),
        reason=field({"reason": "", **row}, "reason", str, where),
    )


def _passed(row: Mapping[str, Any], where: str) -> bool | None:
    if "passed" not in row:
        raise BadResults(f"{where}.passed: missing; allowed are true, false and null.")
    return None if row["passed"] is None else _yes_or_no(row["passed"], f"{where}.passed")


def _yes_or_no(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise BadResults(f"{where}: {value!r:.60}; allowed are true and false.")
    return value


def _score(value: Any, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise BadResults(f"{where}.score: {value!r:.60}; allowed is a number from 0 to 1, or null.")
    return float(value)
