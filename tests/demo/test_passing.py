"""Time that passes only while everybody waits."""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aiops.demo.passing import PassingTime

START = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def loop() -> Iterator[PassingTime]:
    with closing(PassingTime(START)) as loop:
        yield loop


def test_a_month_passes_at_once(loop: PassingTime) -> None:
    began = time.perf_counter()
    loop.run_until_complete(loop.sleep_until(START + timedelta(days=30)))
    assert loop.moment() == START + timedelta(days=30)
    assert time.perf_counter() - began < 5


def test_what_is_later_happens_later_whoever_waits_first(loop: PassingTime) -> None:
    seen: list[tuple[str, float]] = []

    async def wait(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        seen.append((name, loop.time()))

    async def both() -> None:
        await asyncio.gather(wait("late", 120), wait("early", 0.5))

    loop.run_until_complete(both())
    assert seen == [("early", 0.5), ("late", 120.0)]


def test_patience_ends_in_its_own_time(loop: PassingTime) -> None:
    async def impatient() -> None:
        async with asyncio.timeout(60):
            await asyncio.sleep(600)

    with pytest.raises(TimeoutError):
        loop.run_until_complete(impatient())
    assert loop.time() == pytest.approx(60)


def test_work_in_a_thread_is_waited_for(loop: PassingTime) -> None:
    work: Coroutine[Any, Any, int] = asyncio.to_thread(sum, [1, 2])
    assert loop.run_until_complete(work) == 3
