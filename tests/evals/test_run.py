"""A suite, asked of versions of a prompt through a real gateway."""

from evals.models import Result, Run
from tests.evals.loop import GOOD, WORSE, Loop


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
