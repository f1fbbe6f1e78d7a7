"""kill -9 of a worker in the middle of a run, with all that it is at."""

import os
import signal
from collections import Counter

import pytest

from evals import tasks
from evals.models import Result, Run
from tests.evals.loop import Loop
from tests.evals.test_run_faults import asked, fail, mended, start
from tests.evals.working import a_worker
from tests.gateway.processes import until

__all__ = ["mended"]


def is_finished(run: Run) -> bool:
    """As beat looks after it."""
    tasks.pick_up_runs()
    return Run.objects.finished().filter(pk=run.pk).exists()


@pytest.mark.timeout(120)
def test_another_worker_goes_on_and_nothing_is_lost_or_paid_twice(loop: Loop) -> None:
    with a_worker(loop.gateway) as doomed:
        fail(loop, "slow", delay_ms=1000)
        before, run = asked(loop), start(loop, at_once=4)
        until(lambda: Result.objects.of(run).asked().count() > 4, seconds=30)
        os.killpg(doomed.pid, signal.SIGKILL)
    assert Run.objects.running().filter(pk=run.pk).exists()
    with a_worker(loop.gateway):
        # Each look that finds something to do sends it to the worker.
        until(lambda: is_finished(run), seconds=60, pause=1)
    rows = Result.objects.of(run).asked()
    assert Counter((row.error, row.passed is None) for row in rows) == {("", False): 24}
    assert asked(loop) - before <= 24 + 4  # whoever is asked by a call that is broken off is asked again
