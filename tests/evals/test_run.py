"""A suite, asked of versions of a prompt through a real gateway."""

from collections.abc import Iterator

import pytest

from evals.models import Result, Run
from evals.runner.giving_up import NOT_ASKED
from evals.suites.model import Assertion, Case, Gate, Suite
from tests.evals.loop import GOOD, PROMPT, SUITE, WORSE, Loop
from tests.gateway.processes import HTTP


def test_a_version_alone_is_judged_by_the_suites_own_threshold(loop: Loop) -> None:
    run = loop.run(loop.push(GOOD))
    assert (run.state, run.verdict) == (Run.State.FINISHED, "pass"), run.report
    assert run.report["arms"]["head"]["pass_rate"] == 1.0
    assert Result.objects.of(run).asked().count() == 24


def test_a_worse_version_is_blocked_and_the_verdict_says_by_how_much(loop: Loop) -> None:
    base, head = loop.push(GOOD), loop.push(WORSE)
    run = loop.run(head, base)
    assert run.verdict == "blocked", run.report
    assert run.report["gate"]["difference"] < -20
    assert "worse" in run.report["gate"]["sentences"][0]


def test_every_answer_has_its_cost_its_time_and_its_call(loop: Loop) -> None:
    run = loop.run(loop.push(GOOD))
    row = Result.objects.of(run).asked().first()
    assert row is not None
    assert row.cost_usd is not None
    assert row.latency_ms is not None
    assert row.call_id is not None
    assert (row.model, row.model_returned) == ("simulator/mini", "mini")


def test_a_rubric_is_judged_by_a_model_through_the_same_gateway(loop: Loop) -> None:
    rubrics = {"kept": "It names the 30 days.", "missed": "It names opening hours of shops in Lyon."}
    question = {"question": "How do I send a parcel back?"}
    cases = tuple(
        Case(key, vars=question, checks=(Assertion("llm-rubric", rubric),)) for key, rubric in rubrics.items()
    )
    head = loop.push(GOOD)
    before = loop.simulator.get("/control/calls")["total"]
    run = loop.run(head, content=Suite(SUITE, PROMPT, Gate(), cases))
    rows = {row.case: row for row in Result.objects.of(run).filter(repeat=0)}
    assert (rows["kept"].passed, rows["missed"].passed) == (True, False)
    assert "words of the requirement" in rows["missed"].checks[0]["reason"]
    # Each answer, and its judge.
    assert loop.simulator.get("/control/calls")["total"] - before == 2 * len(rows) * 3


def test_another_judge_may_be_named(loop: Loop) -> None:
    cases = (
        Case("kept", vars={"question": "How do I send a parcel back?"}, checks=(Assertion("llm-rubric", "Kind."),)),
    )
    run = loop.run(loop.push(GOOD), content=Suite(SUITE, PROMPT, Gate(), cases, judge="nobody"))
    row = Result.objects.of(run).asked().first()
    assert row is not None
    assert "nobody" in row.checks[0]["reason"]
    assert row.passed is None


def test_a_variable_that_only_assertions_speak_of_is_not_the_prompts(loop: Loop) -> None:
    variables = {"question": "How do I send a parcel back?", "expected": "30 days"}
    cases = (Case("kept", vars=variables, checks=(Assertion("icontains", "{{ expected }}"),)),)
    run = loop.run(loop.push(GOOD), content=Suite(SUITE, PROMPT, Gate(), cases))
    assert run.verdict == "pass", run.report


@pytest.fixture
def refusing(loop: Loop) -> Iterator[None]:
    """A provider that takes no call."""
    HTTP.post(f"{loop.simulator.url}/control/faults", json={"fault": "400"}).raise_for_status()
    yield
    HTTP.delete(f"{loop.simulator.url}/control/faults").raise_for_status()


def test_when_no_verdict_can_come_of_it_the_rest_is_not_asked(loop: Loop, refusing: None) -> None:
    head = loop.push(GOOD)
    many = tuple(
        Case(f"case-{number}", vars={"question": f"Question {number}?"}, checks=(Assertion("icontains", "a"),))
        for number in range(100)
    )
    before = loop.simulator.get("/control/calls")["total"]
    run = loop.run(head, content=Suite(SUITE, PROMPT, Gate(), many))
    assert run.verdict == "could not measure"
    assert Result.objects.of(run).asked().count() == 300
    assert Result.objects.of(run).filter(error=NOT_ASKED).count() > 200
    assert loop.simulator.get("/control/calls")["total"] - before < 100
