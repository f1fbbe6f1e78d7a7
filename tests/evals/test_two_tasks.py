"""Several tasks of one run alive at once, as after a message that came twice: nobody is in another's way."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from evals.call_key import call_key
from evals.models import Result, Run, Shard
from evals.planning import Unit
from evals.runner import Left, ask_units, asking
from evals.runner.answers import Asker
from evals.runner.holding import hold
from tests.evals.loop import PROMPT, SUITE, Loop, suite
from tests.evals.test_run_faults import asked, fail, mended, start
from tests.gateway.processes import until

__all__ = ["mended"]


@pytest.fixture
def run(loop: Loop) -> Run:
    """Of one shard and a provider that takes its time: 24 calls, a quarter of a second each."""
    run = start(loop, at_once=1)
    fail(loop, "slow", delay_ms=250)
    return run


class Pool(ThreadPoolExecutor):
    """Of two workers; each closes the connection that its work has opened."""

    def start[R](self, work: Callable[[Shard], R], shard: Shard) -> Future[R]:
        def run() -> R:
            try:
                return work(shard)
            finally:
                connection.close()

        return self.submit(run)


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(2) as pool:
        yield pool


def whole(run: Run) -> bool:
    return Result.objects.of(run).asked().exclude(passed=None).filter(error="").count() == 24


def shard(run: Run) -> Shard:
    return run.shards.select_related("run__suite__suite", "run__prompt", "run__head").get()


def test_a_second_task_ends_and_the_first_keeps_all_of_its_answers(loop: Loop, run: Run, pool: Pool) -> None:
    before = asked(loop)
    first = pool.start(ask_units, shard(run))
    until(lambda: asked(loop) > before)
    assert [ask_units(shard(run)) for _ in range(3)] == [Left.BUSY] * 3
    assert first.result() is Left.NOTHING
    assert whole(run)
    assert asked(loop) - before == 24


def test_a_task_that_lives_for_longer_than_a_hold_keeps_it(
    loop: Loop, run: Run, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.runner.holding.HELD_FOR", timedelta(seconds=1))
    monkeypatch.setattr(asking, "HOLD_AGAIN_SECONDS", 0.2)
    first = pool.start(ask_units, shard(run))
    until(lambda: Result.objects.of(run).asked().count() > 8)
    assert ask_units(shard(run)) is Left.BUSY
    assert first.result() is Left.NOTHING
    assert whole(run)


def test_one_that_was_taken_for_dead_leaves_the_run_to_the_next(
    loop: Loop, run: Run, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "HOLD_AGAIN_SECONDS", 0.2)
    before = asked(loop)
    first = pool.start(ask_units, shard(run))
    until(lambda: asked(loop) > before)
    Shard.objects.of(run).update(until=timezone.now() - timedelta(seconds=1), held_by=uuid4())
    second = pool.start(ask_units, shard(run))
    assert (first.result(), second.result()) == (Left.HELD, Left.NOTHING)
    assert whole(run)


def test_what_the_gateway_is_at_for_somebody_else_is_no_outcome(
    loop: Loop, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the one before was killed in the middle of a call."""
    monkeypatch.setattr("evals.runner.answers._RETRIES", 0)
    fail(loop, "slow", delay_ms=3000)
    gone, before = threading.Thread(target=ask_and_die, args=(run, call_key("production"))), asked(loop)
    gone.start()
    until(lambda: asked(loop) > before)
    fail(loop, "slow", delay_ms=1)
    assert ask_units(shard(run)) is Left.FREE
    assert Result.objects.of(run).asked().exclude(error="").count() == 0
    assert Result.objects.of(run).waiting().count() == 1
    gone.join()
    assert ask_units(shard(run)) is Left.NOTHING
    assert whole(run)
    assert asked(loop) - before == 24


def ask_and_die(run: Run, key: str) -> None:
    """The first unit's call, by a task that never writes down what it says."""

    async def ask() -> None:
        asker = Asker.to(settings.AIOPS_GATEWAY_URL, key, suite=SUITE, session=str(run.pk))
        case = suite().cases[0]
        await asker.ask(Unit("head", case.key, 0), prompt=PROMPT, version=run.head.hash, variables=case.vars)
        await asker.close()

    asyncio.run(ask())


def test_only_one_of_two_takes_it(run: Run, pool: Pool) -> None:
    both = [pool.start(lambda found: hold(found, uuid4()), shard(run)) for _ in range(2)]
    assert sorted(each.result() for each in both) == [False, True]
