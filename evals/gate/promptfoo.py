"""promptfoo's results JSON, version 3: one column of it is an arm. Pure.

It knows no repeats: each takes a new `testIdx`. Rows of the same variables, description and assertions are one case,
its repeats numbered in the order of `testIdx`; so a case whose assertions were edited is another case.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from evals.gate.results import Arm, BadResults, Result, field

VERSION: Final = 3
# promptfoo's `failureReason`: 0 none, 1 an assertion, 2 an error.
_ERROR: Final = 2
_NAME_LENGTH: Final = 60


class Column(NamedTuple):
    """A prompt asked of a provider; chosen by either label, or by both: `terse / mock-a`."""

    number: int
    prompt: str
    provider: str

    def __str__(self) -> str:
        return f"{self.prompt} / {self.provider}"

    def is_called(self, name: str) -> bool:
        return name in (self.prompt, self.provider, str(self))


def arm(document: Mapping[str, Any], file: str, column: str | None) -> Arm:
    run = field(document, "results", dict, file)
    if (version := run.get("version")) != VERSION:
        raise BadResults(f"{file}: promptfoo's results of version {version!r}; allowed is {VERSION}.")
    rows = [_row(row, f"{file}: results.results[{number}]") for number, row in enumerate(_list(run, "results", file))]
    chosen = _chosen(_columns(run, file), column, file)
    cases = _cases([row for row in rows if row["promptIdx"] == chosen.number])
    results = tuple(_result(case, repeat, row) for case, own in cases.items() for repeat, row in enumerate(own))
    return Arm(_suite(document), str(chosen), results)


def _list(run: Mapping[str, Any], name: str, file: str) -> list[Any]:
    return field(run, name, list, f"{file}: results")


def _row(row: Any, where: str) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise BadResults(f"{where}: allowed is an object.")
    field(row, "testIdx", int, where)
    field(row, "promptIdx", int, where)
    return row


def _columns(run: Mapping[str, Any], file: str) -> list[Column]:
    prompts = _list(run, "prompts", file)
    return [
        Column(number, str(prompt.get("label") or prompt.get("raw", "")), str(prompt.get("provider", "")))
        for number, prompt in enumerate(prompts)
        if isinstance(prompt, dict)
    ]


def _chosen(columns: Sequence[Column], name: str | None, file: str) -> Column:
    found = [column for column in columns if name is None or column.is_called(name)]
    if len(found) == 1:
        return found[0]
    there = "; ".join(map(str, columns)) or "none"
    if not found:
        raise BadResults(f"{file}: no column {name or ''}".rstrip() + f"; there are: {there}.")
    which = "several columns" if name is None else f"several columns called {name}"
    raise BadResults(f"{file}: {which}; choose one of: {there}.")


def _cases(rows: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """By key, each case's rows in the order of its repeats."""
    cases: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["testIdx"]):
        cases[_key(row)].append(row)
    return dict(cases)


def _key(row: Mapping[str, Any]) -> str:
    """An id of the test's own, else what it is called and a hash of what it asks: case 0 #3f2a91c0."""
    test = _object(row, "testCase")
    if (explicit := _object(test, "metadata").get("id")) is not None:
        return str(explicit)
    variables = row.get("vars") or test.get("vars")
    asked = [variables, test.get("description"), test.get("assert")]
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:8]
    name = str(test.get("description") or json.dumps(variables, ensure_ascii=False))
    return f"{name[:_NAME_LENGTH]} #{digest}"


def _result(case: str, repeat: int, row: Mapping[str, Any]) -> Result:
    return Result(
        case=case,
        repeat=repeat,
        passed=None if _is_error(row) else row.get("success") is True,
        score=None if _is_error(row) else _score(row.get("score")),
        must_pass=_object(_object(row, "testCase"), "metadata").get("must_pass") is True,
        reason=str(row.get("error") or _object(row, "gradingResult").get("reason") or ""),
    )


def _is_error(row: Mapping[str, Any]) -> bool:
    """A failed assertion sets `error` too, but was graded."""
    return row.get("failureReason") == _ERROR or bool(row.get("error") and not row.get("gradingResult"))


def _score(value: Any) -> float | None:
    return min(1.0, max(0.0, float(value))) if isinstance(value, int | float) else None


def _suite(document: Mapping[str, Any]) -> str:
    return str(_object(document, "config").get("description") or document.get("evalId") or "")


def _object(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = of.get(name)
    return value if isinstance(value, dict) else {}
