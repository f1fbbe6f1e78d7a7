"""What is told of a suite before it is run, wherever it is read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from aiops.cli.prompts.remarks import remarks
from evals.suites import reading
from tests.cli.conftest import Aiops
from tests.cli.test_prompts_released import FILES, SUITE
from tests.prompts.texts import write

type Told = Callable[[str], list[str]]
IDLE = "suite answer: 1 of 1 case has no assertion that counts: it passes whatever is answered."


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Of the suite with these assertions in the place of its own."""

    def read(assertions: str) -> list[str]:
        write(tmp_path, {"answer.yaml": SUITE.replace("[{type: contains, value: because}]", assertions)})
        return remarks([reading.read(tmp_path / "answer.yaml")])

    return read


@pytest.mark.parametrize(
    ("assertions", "said"),
    [
        ("[{type: containz, value: x}]", "containz cannot be judged: there is no such assertion. Did you mean contain"),
        ("[{type: not-zzz, value: x}]", "1 case with not-zzz cannot be judged: there is no such assertion."),
        ("[{type: contains}]", "1 case with contains cannot be judged: it has no value."),
        ("[{type: not-icontains, value: ''}]", "1 case with not-icontains cannot be judged: it has no value."),
        ("[{type: contains-any, value: []}]", "1 case with contains-any cannot be judged: it has no value."),
        ("[{type: latency}]", "1 case with latency cannot be judged: it has no threshold."),
        ("[{type: assert-set, assert: [{type: cost}]}]", "1 case with cost cannot be judged: it has no threshold."),
        ("[{type: javascript, value: 'true'}]", "1 case with javascript cannot be judged: it runs JavaScript"),
    ],
)
def test_an_assertion_that_nobody_can_judge_is_told(told: Told, assertions: str, said: str) -> None:
    (remark,) = told(assertions)
    assert said in remark


@pytest.mark.parametrize(
    "assertions",
    [
        "[]",
        "[{type: contains, value: x, weight: 0}]",
        "[{type: assert-set, assert: []}]",
        "[{type: assert-set, threshold: 0, assert: [{type: contains, value: x}]}]",
        "[{type: contains, value: x}], threshold: 0",
    ],
)
def test_a_case_that_every_answer_passes_is_told(told: Told, assertions: str) -> None:
    assert told(assertions) == [IDLE]


@pytest.mark.parametrize(
    "assertions",
    [
        "[{type: equals, value: ''}]",
        "[{type: is-json}]",
        "[{type: not-is-refusal}]",
        "[{type: latency, threshold: 5}]",
        "[{type: assert-set, threshold: 0.5, assert: [{type: contains, value: x}]}]",
    ],
)
def test_of_a_case_that_can_be_judged_nothing_is_told(told: Told, assertions: str) -> None:
    assert told(assertions) == []


@pytest.mark.parametrize(
    "order", [("prompts", "push"), ("evals", "run", "evals/answer.yaml", "--head", "v1", "--no-wait")]
)
def test_it_is_told_at_push_and_before_a_run(
    aiops: Aiops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: tuple[str, ...]
) -> None:
    monkeypatch.chdir(write(tmp_path, FILES))
    aiops("prompts", "push")
    write(tmp_path, {"evals/answer.yaml": SUITE.replace("[{type: contains, value: because}]", "[]")})
    result = aiops(*order)
    assert (result.exit_code, IDLE in result.stderr) == (0, True)
