"""A suite, asked of versions of a prompt through a real gateway."""

from evals.models import Result, Run
from evals.suites.model import Assertion, Case, Gate, Suite
from tests.evals.loop import GOOD, PROMPT, SUITE, WORSE, Loop


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
