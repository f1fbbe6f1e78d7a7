"""One real run of promptfoo 0.123.1, regraded: our verdicts are its verdicts."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from evals.scoring.checks import Output
from evals.scoring.grading import grade
from evals.suites.model import Suite
from evals.suites.reading import read

RUN = Path(__file__).resolve().parents[4] / "shared" / "data" / "formats" / "promptfoo"

pytestmark = pytest.mark.skipif(not RUN.is_dir(), reason="the shared data is not here")


@pytest.fixture(scope="module")
def suite() -> Suite:
    return read(RUN / "promptfooconfig.yaml")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((RUN / "results.json").read_text())["results"]["results"]
    return found


def test_the_suite_is_read_whole(suite: Suite) -> None:
    assert len(suite.cases) == 20
    assert [case.description for case in suite.cases[:2]] == ["case 0", "case 1"]
    assert suite.cases[7].vars == {"n": "7", "name": "customer-0007"}
    assert suite.unknown == ("description", "prompts", "providers")


def test_every_recorded_answer_gets_the_recorded_verdict(suite: Suite, rows: list[dict[str, Any]]) -> None:
    cases = {case.description: case for case in suite.cases}

    async def regraded() -> list[Any]:
        return [
            await grade(cases[row["testCase"]["description"]], Output(row["response"]["output"], row["latencyMs"]))
            for row in rows
        ]

    ours = [
        (found.passed, found.score, [(check.verdict == "pass", check.score) for check in found.checks], found.metrics)
        for found in asyncio.run(regraded())
    ]
    theirs = [
        (
            row["success"],
            row["score"],
            [(part["pass"], part["score"]) for part in row["gradingResult"]["componentResults"]],
            row["namedScores"],
        )
        for row in rows
    ]
    assert ours == theirs
