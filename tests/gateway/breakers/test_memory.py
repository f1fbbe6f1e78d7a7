"""What one process remembers of its models."""

import pytest

from gateway.breakers import Breakers, Turn
from gateway.breakers.machine import Breaker, Stage
from tests.gateway.factories import make_model, make_provider

MINI, LARGE = make_model("mini"), make_model("large")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breakers(clock: Clock) -> Breakers:
    return Breakers(clock)


def fail(breakers: Breakers, times: int = 5, reason: str = "500", retry_after: float | None = None) -> None:
    for _ in range(times):
        breakers.failed(MINI, began=breakers._clock(), reason=reason, retry_after=retry_after)


def test_a_limited_model_is_not_free_until_its_time_is_over(breakers: Breakers, clock: Clock) -> None:
    fail(breakers, 1, "429", 5)
    assert (breakers.is_free(MINI), breakers.is_free(LARGE), breakers.why(MINI)) == (False, True, "429-cooldown")
    assert breakers.troubled == 1
    clock.now += 5
    assert (breakers.is_free(MINI), breakers.begin(MINI, 60), breakers.troubled) == (True, Turn.FREE, 0)


@pytest.mark.parametrize("reason", ["500", "503", "529", "timeout", "connect_timeout", "connection", "invalid_json"])
def test_a_model_that_fails_again_and_again_is_passed_over(breakers: Breakers, reason: str) -> None:
    fail(breakers, 4, reason)
    assert breakers.is_free(MINI)
    fail(breakers, 1, reason)
    assert (breakers.is_free(MINI), breakers.why(MINI)) == (False, "open")


def test_overload_with_a_word_on_time_is_a_limit(breakers: Breakers) -> None:
    fail(breakers, 1, "503", 3)
    assert (breakers.is_free(MINI), breakers.why(MINI)) == (False, "503-cooldown")


@pytest.mark.parametrize("reason", ["no_key", "drill", "deadline"])
def test_where_nobody_was_asked_or_the_call_had_no_more_time_nothing_was_learnt(
    breakers: Breakers, reason: str
) -> None:
    fail(breakers, 20, reason)
    assert not breakers.known


def test_one_call_alone_tries_it(breakers: Breakers, clock: Clock) -> None:
    fail(breakers)
    clock.now += 10
    assert [breakers.begin(MINI, 60) for _ in range(3)] == [Turn.TRIAL, Turn.WAIT, Turn.WAIT]
    breakers.answered(MINI, began=clock.now)
    assert [breakers.begin(MINI, 60) for _ in range(2)] == [Turn.FREE, Turn.FREE]


def test_a_trial_is_nobody_elses_for_as_long_as_its_call_may_take(breakers: Breakers, clock: Clock) -> None:
    fail(breakers)
    clock.now += 10
    breakers.begin(MINI, 300)
    clock.now += 299
    assert breakers.begin(MINI, 300) is Turn.WAIT


def test_a_trial_that_came_to_nothing_leaves_it_to_the_next_call(breakers: Breakers, clock: Clock) -> None:
    fail(breakers)
    clock.now += 10
    breakers.begin(MINI, 60)
    breakers.release(MINI)
    assert breakers.begin(MINI, 60) is Turn.TRIAL


def test_a_new_key_starts_afresh(breakers: Breakers) -> None:
    fail(breakers)
    rotated = make_model("mini", mark="another")
    assert (breakers.is_free(MINI), breakers.is_free(rotated)) == (False, True)
    assert make_provider().mark == ""


def test_what_changes_is_told_and_what_was_heard_is_not(breakers: Breakers, clock: Clock) -> None:
    told: list[Stage] = []
    breakers.on_change = lambda key, breaker: told.append(breaker.stage)
    fail(breakers, 8)
    clock.now += 10
    breakers.begin(MINI, 60)
    breakers.answered(MINI, began=clock.now)
    breakers.adopt(LARGE.breaker, Breaker(Stage.OPEN, clock.now, clock.now + 9, "500", at=clock.now))
    assert told == [Stage.OPEN, Stage.HALF_OPEN, Stage.CLOSED]


def test_what_another_process_found_out_is_believed_when_it_is_newer(breakers: Breakers, clock: Clock) -> None:
    breakers.adopt(MINI.breaker, Breaker(Stage.OPEN, 100, 109, "500", at=100))
    assert not breakers.is_free(MINI)
    breakers.adopt(MINI.breaker, Breaker(at=99))
    assert not breakers.is_free(MINI)
    breakers.adopt(MINI.breaker, Breaker(since=101, at=101))
    assert breakers.is_free(MINI)


@pytest.mark.parametrize(
    "told",
    [Breaker(at=200), Breaker(Stage.OPEN, 50, 60, at=200), Breaker(Stage.HALF_OPEN, 99, 159, at=200)],
)
def test_what_is_over_or_anothers_own_trial_is_not_taken_over(breakers: Breakers, told: Breaker) -> None:
    breakers.adopt(MINI.breaker, told)
    assert not breakers.known


def test_what_nobody_asks_for_is_forgotten(breakers: Breakers, clock: Clock) -> None:
    fail(breakers)
    breakers.forget()
    assert breakers.known
    clock.now += 1000
    breakers.forget()
    assert not breakers.known
