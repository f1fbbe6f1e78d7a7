"""One model's breaker, whatever happens to it and in whatever order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.breakers import machine
from gateway.breakers.machine import (
    FIRST_OPEN_SECONDS,
    LONGEST_COOLING_SECONDS,
    LONGEST_OPEN_SECONDS,
    NEW,
    TRIAL_GRACE_SECONDS,
    WINDOW_SECONDS,
    Breaker,
    Stage,
)

# As long as the calls of these stories may take.
TRIAL_SECONDS = 60.0
# What can happen, how much later than what was before, and how long the call was under way.
waits = some.one_of(some.none(), some.floats(0, 100_000, allow_nan=False))
happenings = some.lists(
    some.tuples(
        some.sampled_from(["begun", "answered", "limited", "failed", "failed", "failed", "released"]),
        some.floats(0, 70),
        some.floats(0, 90),
        waits,
    ),
    max_size=60,
)


def happen(breaker: Breaker, what: str, at: float, ago: float, wait: float | None) -> Breaker:
    match what:
        case "begun":
            return machine.begun(breaker, at, TRIAL_SECONDS)
        case "answered":
            return machine.answered(breaker, at, began=at - ago)
        case "limited":
            return machine.limited(breaker, at, reason="429", retry_after=wait)
        case "failed":
            return machine.failed(breaker, at, began=at - ago, reason="500")
    return machine.released(breaker, at)


def live(happened: list[tuple[str, float, float, float | None]]) -> list[tuple[float, str, Breaker]]:
    at, breaker, story = 1000.0, NEW, [(1000.0, "", NEW)]
    for what, later, ago, wait in happened:
        at += later
        breaker = happen(breaker, what, at, ago, wait)
        story.append((at, what, breaker))
    return story


def opened(at: float = 1000.0) -> Breaker:
    breaker = NEW
    for _ in range(machine.USUAL_FAILURES):
        breaker = machine.failed(breaker, at, began=at, reason="500")
    return breaker


@given(happenings)
def test_nobody_is_kept_waiting_for_longer_than_is_said(happened: list[tuple[str, float, float, float | None]]) -> None:
    longest = {
        Stage.CLOSED: 0.0,
        Stage.COOLING: LONGEST_COOLING_SECONDS,
        Stage.OPEN: LONGEST_OPEN_SECONDS,
        Stage.HALF_OPEN: TRIAL_SECONDS + TRIAL_GRACE_SECONDS,
    }
    assert all(breaker.until - at <= longest[breaker.stage] + 1e-6 for at, _, breaker in live(happened))


@given(happenings)
def test_only_a_call_whose_turn_it_is_makes_it_half_open(
    happened: list[tuple[str, float, float, float | None]],
) -> None:
    turns = [
        (before, at, what)
        for (_, _, before), (at, what, after) in pairwise(live(happened))
        if after.stage is Stage.HALF_OPEN and after is not before and what != "released"
    ]
    assert all(what == "begun" and before.is_free(at) for before, at, what in turns)


@given(happenings)
def test_a_closed_one_opens_by_failures_alone_and_a_half_open_one_by_one(
    happened: list[tuple[str, float, float, float | None]],
) -> None:
    openings = [
        (what, before)
        for (_, _, before), (_, what, after) in pairwise(live(happened))
        if after.stage is Stage.OPEN and before.stage is not Stage.OPEN
    ]
    assert all(what == "failed" for what, _ in openings)
    assert all(
        before.stage is Stage.HALF_OPEN or len(before.failed_at) >= machine.USUAL_FAILURES - 1 for _, before in openings
    )


@given(happenings)
def test_after_an_answer_to_a_call_of_its_time_it_is_not_open(
    happened: list[tuple[str, float, float, float | None]],
) -> None:
    at, _, breaker = live(happened)[-1]
    well = machine.answered(breaker, at + 1, began=at + 1)
    assert well.stage in (Stage.CLOSED, Stage.COOLING)
    assert well.failed_at == ()


@given(happenings)
def test_all_of_it_is_over_some_time_after_the_last_word(
    happened: list[tuple[str, float, float, float | None]],
) -> None:
    at, _, breaker = live(happened)[-1]
    assert breaker.is_over(at + machine.FORGET_SECONDS + LONGEST_OPEN_SECONDS + 1)


def test_a_limit_cools_it_for_as_long_as_was_asked_for() -> None:
    breaker = machine.limited(NEW, 1000, reason="429", retry_after=5)
    assert (breaker.stage, breaker.is_free(1004.9), breaker.is_free(1005)) == (Stage.COOLING, False, True)


def test_without_a_word_on_time_it_is_a_second() -> None:
    assert machine.limited(NEW, 1000, reason="429", retry_after=None).until == 1001


def test_a_provider_cannot_talk_us_out_of_itself_for_long() -> None:
    assert machine.limited(NEW, 1000, reason="429", retry_after=86_400).until == 1060


def test_come_back_at_once_means_no_time_at_all() -> None:
    assert machine.limited(NEW, 1000, reason="429", retry_after=0) is NEW


def test_a_second_limit_makes_it_longer_and_never_shorter() -> None:
    long = machine.limited(NEW, 1000, reason="429", retry_after=30)
    assert machine.limited(long, 1001, reason="429", retry_after=1) is long
    assert machine.limited(long, 1010, reason="429", retry_after=30).until == 1040


def test_failures_far_apart_or_with_an_answer_between_do_not_open_it() -> None:
    breaker = NEW
    for at in (0, 1, 2, 3):
        breaker = machine.failed(breaker, 1000 + at, began=1000 + at, reason="500")
    answered = machine.answered(breaker, 1004, began=1004)
    assert machine.failed(breaker, 1005 + WINDOW_SECONDS, began=1030, reason="500").stage is Stage.CLOSED
    assert machine.failed(answered, 1005, began=1005, reason="500").stage is Stage.CLOSED
    assert machine.failed(breaker, 1005, began=1005, reason="500").stage is Stage.OPEN


def test_each_opening_in_a_row_is_twice_as_long_up_to_a_bound() -> None:
    breaker, spans = opened(), []
    for _ in range(6):
        spans.append(breaker.until - breaker.since)
        trying = machine.begun(breaker, breaker.until, TRIAL_SECONDS)
        breaker = machine.failed(trying, trying.since + 1, began=trying.since, reason="500")
    assert spans == [FIRST_OPEN_SECONDS, 20, 40, 80, LONGEST_OPEN_SECONDS, LONGEST_OPEN_SECONDS]


def test_the_one_that_tries_it_keeps_all_others_out_until_it_says_how_it_went() -> None:
    breaker = opened()
    trying = machine.begun(breaker, breaker.until, TRIAL_SECONDS)
    assert (trying.stage, trying.is_free(breaker.until + 1)) == (Stage.HALF_OPEN, False)
    assert machine.begun(trying, breaker.until + 1, TRIAL_SECONDS) is trying
    assert machine.released(trying, breaker.until + 1).is_free(breaker.until + 1)
    assert machine.answered(trying, breaker.until + 1, began=breaker.until).stage is Stage.CLOSED


def test_a_trial_lasts_as_long_as_its_call_may_and_little_longer() -> None:
    breaker = opened()
    trying = machine.begun(breaker, breaker.until, 90)
    assert not trying.is_free(breaker.until + 90)
    assert trying.is_free(breaker.until + 90 + TRIAL_GRACE_SECONDS)


@pytest.mark.parametrize("ago", [5, 60])
def test_calls_under_way_since_before_say_nothing_of_a_trial(ago: float) -> None:
    breaker = opened()
    trying = machine.begun(breaker, breaker.until, TRIAL_SECONDS)
    later = trying.since + 1
    assert machine.failed(trying, later, began=trying.since - ago, reason="timeout") is trying
    assert machine.answered(trying, later, began=trying.since - ago) is trying


def test_a_limited_trial_is_no_failed_one() -> None:
    breaker = opened()
    trying = machine.begun(breaker, breaker.until, TRIAL_SECONDS)
    assert machine.limited(trying, trying.since, reason="429", retry_after=3).stage is Stage.COOLING
    assert machine.limited(trying, trying.since, reason="429", retry_after=0).stage is Stage.CLOSED
