"""Runs on which something goes wrong."""

import threading
import time
from uuid import uuid4

import pytest

from evals import services
from evals.models import Result, Run
from evals.planning import Unit
from evals.runner import Left, ask_units
from evals.runner.answers import Answer
from evals.runner.claiming import claim
from evals.runner.writing import Done, write
from evals.scoring.checks import Graded, Output
from tenants.actors import SYSTEM
from tenants.refusals import Conflict, Invalid
from tenants.scope import ALL, scope
from tests.evals.loop import GOOD, WORSE, Loop, now
from tests.gateway.processes import HTTP, until


def start(loop: Loop, **values: object) -> Run:
    with scope(ALL):
        run = services.start_run(loop.push_suite(), head=loop.push(GOOD), by=SYSTEM, at=now(), **values)  # type: ignore[arg-type]  # as given
    loop.catch_up()
    return run


def asked(loop: Loop) -> int:
    return int(loop.simulator.get("/control/calls")["total"])


def fail(loop: Loop, fault: str, **details: object) -> None:
    HTTP.post(f"{loop.simulator.url}/control/faults", json={"model": "*", "fault": fault, **details}).raise_for_status()


@pytest.fixture(autouse=True)
def mended(loop: Loop) -> object:
    yield
    HTTP.delete(f"{loop.simulator.url}/control/faults").raise_for_status()


def test_a_worker_that_dies_in_the_middle_loses_nothing_and_nothing_is_paid_twice(loop: Loop) -> None:
    run, before = start(loop, at_once=1), asked(loop)
    assert ask_units(run.shards.get()) is Left.NOTHING
    # As if it had died before it wrote any of it down: the calls are made, the rows are not.
    Result.objects.of(run).update(done_at=None, passed=None, score=None, checks=[], output="", error="", refused=None)
    assert ask_units(run.shards.get()) is Left.NOTHING
    assert asked(loop) - before == 24
    assert Result.objects.of(run).asked().exclude(passed=None).count() == 24


def test_a_provider_that_is_down_cannot_be_measured_and_is_not_regressed(loop: Loop) -> None:
    base, head = loop.push(GOOD), loop.push(WORSE)
    fail(loop, "401")
    run = loop.run(head, base)
    assert run.verdict == "could not measure"
    assert "own key" in Result.objects.of(run).asked().first().error  # type: ignore[union-attr]  # there are some


def test_a_cancelled_run_asks_nothing_more_and_has_no_verdict(loop: Loop) -> None:
    run = start(loop)
    with scope(ALL):
        assert services.cancel_run(run, by=SYSTEM, at=now())
        assert not services.cancel_run(run, by=SYSTEM, at=now())
    assert claim(run, uuid4(), 10) == []
    with scope(ALL):
        assert services.judge(run, at=now()) is None
    run.refresh_from_db()
    assert (run.state, run.verdict) == (Run.State.CANCELLED, "")


def test_it_is_judged_once_however_many_ask(loop: Loop) -> None:
    run = loop.run(loop.push(GOOD))
    with scope(ALL):
        assert services.judge(run, at=now()) is None


def test_what_still_waits_is_not_judged(loop: Loop) -> None:
    with scope(ALL):
        assert services.judge(start(loop), at=now()) is None


def test_an_answer_with_markup_and_escapes_is_kept_as_text(loop: Loop) -> None:
    said = "<script>alert(1)</script> \x1b[31mred\x1b[0m \0 \ud800"
    run, unit = start(loop), Unit("head", "return", 0)
    write(run, [Done(unit, Answer(Output(text=said)), Graded(True, 1.0))])
    kept = Result.objects.of(run).asked().get()
    assert kept.output == "<script>alert(1)</script> \x1b[31mred\x1b[0m \ufffd ?"
    write(run, [Done(unit, Answer(Output(text="another")), Graded(False, 0.0))])
    assert Result.objects.of(run).asked().get().passed


@pytest.mark.parametrize("at_once", [0, 201])
def test_a_run_that_cannot_be_is_refused(loop: Loop, at_once: int) -> None:
    with pytest.raises(Invalid, match="at_once"):
        start(loop, at_once=at_once)


def test_a_version_is_not_compared_with_itself(loop: Loop) -> None:
    version = loop.push(GOOD)
    with scope(ALL), pytest.raises(Conflict, match="itself"):
        services.start_run(loop.push_suite(), head=version, base=version, by=SYSTEM, at=now())


@pytest.mark.parametrize("at_once", [1, 5])
def test_as_many_are_asked_at_once_as_were_allowed_and_no_more(loop: Loop, at_once: int) -> None:
    fail(loop, "slow", delay_ms=200)
    run, seen = start(loop, at_once=at_once), [0]
    workers = [threading.Thread(target=ask_units, args=(shard,)) for shard in run.shards.all()]
    for worker in workers:
        worker.start()
    until(lambda: _note(loop, seen) or not any(worker.is_alive() for worker in workers), seconds=30)
    assert seen[0] == at_once


def _note(loop: Loop, seen: list[int]) -> bool:
    seen[0] = max(seen[0], int(loop.gateway.get("/healthz")["open_calls"]))
    time.sleep(0.01)
    return False
