"""A process that was paused knows it, and reads again before it goes on."""

import asyncio

from gateway.process.pulse import LATE_SECONDS, Pulse


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Comparison:
    def __init__(self, fault: Exception | None = None) -> None:
        self.times, self._fault = 0, fault

    async def __call__(self) -> None:
        self.times += 1
        await asyncio.sleep(0)
        if self._fault:
            raise self._fault


def test_a_steady_process_is_not_late() -> None:
    clock = Clock()
    pulse = Pulse(Comparison(), clock)
    clock.now += LATE_SECONDS
    assert not pulse.is_late()


def test_a_pause_is_remembered_though_the_beat_comes_before_the_call() -> None:
    clock = Clock()
    pulse = Pulse(Comparison(), clock)
    clock.now += LATE_SECONDS + 0.1
    pulse.beat()
    assert pulse.is_late()


def test_all_calls_that_wait_share_one_comparison() -> None:
    clock, comparison = Clock(), Comparison()
    pulse = Pulse(comparison, clock)
    clock.now += 5

    async def three_calls() -> None:
        await asyncio.gather(*(pulse.catch_up() for _ in range(3)))

    asyncio.run(three_calls())
    assert (comparison.times, pulse.is_late()) == (1, False)


def test_without_a_database_what_is_known_stays_in_force_and_calls_go_on() -> None:
    clock, comparison = Clock(), Comparison(OSError("no database"))
    pulse = Pulse(comparison, clock)
    clock.now += 5
    asyncio.run(pulse.catch_up())
    assert (comparison.times, pulse.is_late()) == (1, False)
