"""The pure machine of a rule: whatever it sees, in whatever order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from killswitch.rules.machine import (
    FIRST_COOLDOWN,
    LONGEST_COOLDOWN,
    SILENCE,
    Act,
    Limits,
    Observation,
    Stage,
    Standing,
    State,
    look,
)

AT = datetime(2026, 11, 22, 2, 14, tzinfo=UTC)
EVERY = timedelta(seconds=10)
LIMITS = Limits(trip=0.5, clear=0.1, calls=20, callers=3)
GOOD, BAD = Observation(40, 0, 8, 0.0), Observation(40, 38, 8, 0.95)
ONE_GOOD, ONE_BAD = Observation(6, 0, 4, 0.0), Observation(6, 6, 4, 1.0)


def seen(calls: int, bad: int, callers: int) -> Observation:
    bad = min(bad, calls)
    return Observation(calls, bad, min(callers, calls), bad / calls if calls else None)


observations = some.builds(seen, some.integers(0, 60), some.integers(0, 60), some.integers(0, 10))
# Mostly very bad or very good, so that whole lives of a stop are seen.
likely = some.one_of(observations, some.sampled_from([GOOD, BAD, BAD, ONE_GOOD, ONE_BAD]), some.none())
moments = some.integers(5, 900).map(lambda seconds: timedelta(seconds=seconds))
trips = some.lists(some.integers(0, 3600), max_size=4)
standings = some.sampled_from(Standing)
states = some.builds(
    State,
    stage=some.sampled_from(Stage),
    since=some.integers(0, 7200).map(lambda ago: AT - timedelta(seconds=ago)),
    cooldown=some.integers(60, 3600).map(lambda seconds: timedelta(seconds=seconds)),
    trips=trips.map(lambda ago: tuple(AT - timedelta(seconds=each) for each in sorted(ago, reverse=True))),
    over=some.integers(0, 3),
)


def own(state: State) -> Standing:
    return Standing.OURS if state.is_off else Standing.NOBODY


def live(looks: list[tuple[Observation | None, timedelta]]) -> list[tuple[datetime, State, Act]]:
    """What becomes of a subject that nobody but the rule touches."""
    state, at, story = State(), AT, []
    for what, later in looks:
        at += later
        state, act = look(state, what, own(state), LIMITS, at)
        story.append((at, state, act))
    return story


@given(states, observations, standings)
def test_it_never_trips_on_few_calls_or_few_callers(state: State, what: Observation, standing: Standing) -> None:
    few = replace(what, calls=min(what.calls, 19))
    lonely = replace(what, callers=min(what.callers, 2))
    acts = {look(state, each, standing, LIMITS, AT)[1] for each in (few, lonely)}
    assert not acts & {Act.TRIP, Act.LATCH}


@given(states, likely, standings.filter(lambda each: each is not Standing.OURS))
def test_it_touches_no_stop_but_its_own(state: State, what: Observation | None, standing: Standing) -> None:
    _, act = look(state, what, standing, LIMITS, AT)
    assert act not in {Act.ADMIT_5, Act.ADMIT_25, Act.CLOSE, Act.LIFT}


@given(states, likely, standings.filter(lambda each: each is not Standing.NOBODY))
def test_it_trips_only_what_nobody_has_stopped(state: State, what: Observation | None, standing: Standing) -> None:
    _, act = look(state, what, standing, LIMITS, AT)
    assert act not in {Act.TRIP, Act.LATCH}


@given(states, standings)
def test_who_could_not_look_does_nothing(state: State, standing: Standing) -> None:
    assert look(state, None, standing, LIMITS, AT)[1] is Act.NOTHING


@given(states, likely, some.sampled_from([Standing.PEOPLE, Standing.LIFTED]))
def test_it_keeps_silent_for_a_quarter_of_an_hour_after_people(
    state: State, what: Observation | None, standing: Standing
) -> None:
    state, act = look(state, what, standing, LIMITS, AT)
    assert (state.stage, act, state.silent_until) == (Stage.CLEAR, Act.NOTHING, AT + SILENCE)
    state, first = look(state, BAD, Standing.NOBODY, LIMITS, AT + SILENCE - EVERY * 2)
    state, second = look(state, BAD, Standing.NOBODY, LIMITS, AT + SILENCE - EVERY)
    assert (first, second, state.over) == (Act.NOTHING, Act.NOTHING, 0)


@given(some.lists(some.tuples(likely, moments), max_size=120))
def test_the_third_trip_within_an_hour_is_left_to_people(looks: list[tuple[Observation | None, timedelta]]) -> None:
    tripped = [(at, act) for at, _, act in live(looks) if act in (Act.TRIP, Act.LATCH)]
    within = [[each for each, _ in tripped if at - timedelta(hours=1) < each <= at] for at, _ in tripped]
    assert [act is Act.LATCH for _, act in tripped] == [len(each) >= 3 for each in within]


@given(some.lists(some.tuples(likely, moments), max_size=120))
def test_what_is_latched_stays_so(looks: list[tuple[Observation | None, timedelta]]) -> None:
    stages = [state.stage for _, state, _ in live(looks)]
    assert Stage.LATCHED not in stages or set(stages[stages.index(Stage.LATCHED) :]) == {Stage.LATCHED}


@given(some.lists(some.tuples(likely, moments), max_size=120))
def test_within_a_trouble_the_cooldown_only_grows(looks: list[tuple[Observation | None, timedelta]]) -> None:
    closings = [(at, state.cooldown) for at, state, act in live(looks) if act in (Act.TRIP, Act.LATCH, Act.CLOSE)]
    close = [(one, other) for (at, one), (then, other) in pairwise(closings) if then - at < timedelta(minutes=30)]
    assert all(other >= one for one, other in close)
    assert all(FIRST_COOLDOWN <= cooldown <= LONGEST_COOLDOWN for _, cooldown in closings)


@given(some.lists(some.tuples(likely, moments), max_size=120))
def test_calls_come_back_only_step_by_step(looks: list[tuple[Observation | None, timedelta]]) -> None:
    acts = [act for _, _, act in live(looks) if act is not Act.NOTHING]
    before = {Act.ADMIT_5: {Act.TRIP, Act.CLOSE}, Act.ADMIT_25: {Act.ADMIT_5}, Act.LIFT: {Act.ADMIT_25}}
    assert all(one in before.get(other, {one}) for one, other in pairwise(acts))
    assert not acts or acts[0] is Act.TRIP


@given(some.lists(some.tuples(some.just(GOOD), moments), max_size=60))
def test_what_is_well_is_left_alone(looks: list[tuple[Observation | None, timedelta]]) -> None:
    assert {act for _, _, act in live(looks)} <= {Act.NOTHING}


def acts_of(*looks: Observation | None, every: timedelta = EVERY) -> list[Act]:
    return [act for _, _, act in live([(each, every) for each in looks])]


def test_two_looks_in_a_row_trip() -> None:
    assert acts_of(BAD, BAD) == [Act.NOTHING, Act.TRIP]


@pytest.mark.parametrize("between", [GOOD, None, ONE_BAD])
def test_two_looks_with_another_between_do_not(between: Observation | None) -> None:
    assert acts_of(BAD, between, BAD) == [Act.NOTHING] * 3


def test_it_recovers_in_steps() -> None:
    minute = timedelta(minutes=1)
    acts = acts_of(BAD, BAD, ONE_GOOD, *[ONE_GOOD] * 7, every=minute)
    assert acts[1:4] == [Act.TRIP, Act.ADMIT_5, Act.ADMIT_25]
    assert acts[4:] == [Act.NOTHING] * 5 + [Act.LIFT]


def test_what_is_bad_on_trial_is_closed_for_twice_as_long() -> None:
    story = live([(each, timedelta(minutes=1)) for each in (BAD, BAD, ONE_GOOD, ONE_BAD, ONE_GOOD, ONE_GOOD)])
    acts = [act for _, _, act in story]
    assert acts[1:] == [Act.TRIP, Act.ADMIT_5, Act.CLOSE, Act.NOTHING, Act.ADMIT_5]
    assert story[3][1].cooldown == FIRST_COOLDOWN * 2


def test_a_trial_that_nobody_calls_in_goes_on_by_time() -> None:
    none = Observation()
    acts = acts_of(BAD, BAD, *[none] * 14, every=timedelta(minutes=1))
    assert [act for act in acts if act is not Act.NOTHING] == [Act.TRIP, Act.ADMIT_5, Act.ADMIT_25, Act.LIFT]


@pytest.mark.parametrize("stage", [Stage.TRYING_5, Stage.TRYING_25])
def test_a_trial_of_which_nothing_can_be_told_neither_goes_on_nor_ends(stage: Stage) -> None:
    state, unknown = State(stage, AT - timedelta(hours=1), good_since=AT - timedelta(hours=1)), Observation(40, 0, 8)
    after, act = look(state, unknown, Standing.OURS, LIMITS, AT)
    assert (after, act) == (replace(state, good_since=None), Act.NOTHING)


def test_a_trial_that_is_neither_good_nor_bad_comes_to_an_end() -> None:
    middling = Observation(10, 2, 5, 0.2)
    acts = acts_of(BAD, BAD, *[middling] * 12, every=timedelta(minutes=1))
    assert [act for act in acts if act is not Act.NOTHING] == [Act.TRIP, Act.ADMIT_5, Act.CLOSE]


def test_a_quiet_hour_makes_the_next_trouble_a_new_one() -> None:
    state = State(since=AT - timedelta(hours=1), cooldown=timedelta(minutes=32))
    state, _ = look(state, BAD, Standing.NOBODY, LIMITS, AT)
    state, act = look(state, BAD, Standing.NOBODY, LIMITS, AT + EVERY)
    assert (act, state.cooldown) == (Act.TRIP, FIRST_COOLDOWN)


@given(states.map(lambda state: replace(state, stage=Stage.CLEAR, over=1, silent_until=None)))
def test_whoever_tripped_twice_within_an_hour_is_latched(state: State) -> None:
    recent = [trip for trip in state.trips if AT - trip < timedelta(hours=1)]
    after, act = look(state, BAD, Standing.NOBODY, LIMITS, AT)
    assert (act is Act.LATCH, after.stage is Stage.LATCHED) == (len(recent) >= 2,) * 2


def test_no_cooldown_is_longer_than_an_hour() -> None:
    state = State(Stage.TRYING_5, AT - EVERY, timedelta(minutes=40))
    state, act = look(state, ONE_BAD, Standing.OURS, LIMITS, AT)
    assert (act, state.cooldown) == (Act.CLOSE, LONGEST_COOLDOWN)


FLOOR = replace(LIMITS, trip=10, clear=3, usd=0.5)


def spending(usd: float | None, times: float = 400) -> Observation:
    return Observation(40, 40, 8, times, usd)


def test_many_times_next_to_nothing_trips_nothing() -> None:
    state, _ = look(State(), spending(0.0007), Standing.NOBODY, FLOOR, AT)
    assert look(state, spending(0.49), Standing.NOBODY, FLOOR, AT + EVERY)[1] is Act.NOTHING


def test_at_the_floor_it_trips() -> None:
    state, _ = look(State(), spending(0.5), Standing.NOBODY, FLOOR, AT)
    assert look(state, spending(0.5), Standing.NOBODY, FLOOR, AT + EVERY)[1] is Act.TRIP


@pytest.mark.parametrize(("usd", "act"), [(0.4, Act.ADMIT_25), (0.6, Act.CLOSE)])
def test_on_trial_what_stays_below_the_floor_is_well(usd: float, act: Act) -> None:
    state = State(Stage.TRYING_5, AT, trips=(AT,))
    assert look(state, spending(usd), Standing.OURS, FLOOR, AT + EVERY)[1] is act
