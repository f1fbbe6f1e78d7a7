"""One look of a rule at one subject: what it remembers, what it sees, what it does. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

LOOKS_TO_TRIP: Final = 2
FIRST_COOLDOWN: Final = timedelta(minutes=1)
LONGEST_COOLDOWN: Final = timedelta(hours=1)
# Trips within it are one trouble: the third is left to people, and each cool-down is twice the one before.
EPISODE: Final = timedelta(hours=1)
MOST_TRIPS: Final = 3
# Good for so long, it is over.
SETTLED: Final = timedelta(minutes=5)
# Neither good nor bad for so long, it is not.
PATIENCE: Final = timedelta(minutes=10)
SILENCE: Final = timedelta(minutes=15)
# While a share is tried: fewer calls prove nothing good, and fewer failures nothing bad.
PROBED: Final = 5
FEWEST_BAD: Final = 3


class Stage(StrEnum):
    CLEAR = "clear"
    OPEN = "open"
    TRYING_5 = "trying_5"
    TRYING_25 = "trying_25"
    # Until a person lifts it.
    LATCHED = "latched"


class Standing(StrEnum):
    """Who keeps the subject off just now."""

    NOBODY = "nobody"
    OURS = "ours"
    ANOTHER_RULE = "another_rule"
    PEOPLE = "people"
    # A person has lifted our stop.
    LIFTED = "lifted"


class Act(StrEnum):
    NOTHING = "nothing"
    TRIP = "trip"
    LATCH = "latch"
    ADMIT_5 = "admit_5"
    ADMIT_25 = "admit_25"
    CLOSE = "close"
    LIFT = "lift"


@dataclass(frozen=True, slots=True)
class Limits:
    trip: float
    clear: float
    calls: int
    callers: int
    # Dollars a minute; less is never too much, whatever is usual.
    usd: float = 0

    def is_exceeded(self, seen: "Observation") -> bool:
        return seen.rate is not None and seen.rate >= self.trip and not self.is_little(seen)

    def is_little(self, seen: "Observation") -> bool:
        return seen.usd is not None and seen.usd < self.usd


@dataclass(frozen=True, slots=True)
class Observation:
    """What was counted in a window; `rate` is None where nothing can be told."""

    calls: int = 0
    bad: float = 0
    callers: int = 0
    rate: float | None = None
    # What is spent a minute, or on trial would be if all calls could pass; None where no money is counted.
    usd: float | None = None

    @property
    def tells_nothing(self) -> bool:
        """There were calls, and nobody knows how they were."""
        return bool(self.calls) and self.rate is None


NOTHING_SEEN: Final = Observation()


@dataclass(frozen=True, slots=True)
class State:
    stage: Stage = Stage.CLEAR
    # Of the stage.
    since: datetime | None = None
    cooldown: timedelta = FIRST_COOLDOWN
    trips: tuple[datetime, ...] = ()
    # Looks in a row over the threshold.
    over: int = 0
    good_since: datetime | None = None
    silent_until: datetime | None = None

    @property
    def is_off(self) -> bool:
        return self.stage is not Stage.CLEAR

    @property
    def is_trying(self) -> bool:
        return self.stage in (Stage.TRYING_5, Stage.TRYING_25)

    def is_forgotten(self, at: datetime) -> bool:
        """Nothing of it matters for the next look."""
        is_silent = self.silent_until is not None and at < self.silent_until
        is_calm = self.since is None or at - self.since >= EPISODE
        return not self.is_off and not self.over and not is_silent and is_calm


def look(
    state: State, seen: Observation | None, standing: Standing, limits: Limits, at: datetime
) -> tuple[State, Act]:  # fmt: skip
    """`seen` is None when nobody could look; nothing is done then, nor with a trial of which nothing can be told."""
    if standing in (Standing.PEOPLE, Standing.LIFTED):
        return State(silent_until=at + SILENCE), Act.NOTHING
    if state.is_off and standing is not Standing.OURS:
        # Its end came, or another rule was first.
        state = _clear(state, at)
    if seen is None or (state.is_trying and seen.tells_nothing):
        return replace(state, over=0, good_since=None), Act.NOTHING
    match state.stage:
        case Stage.CLEAR:
            return _watch(state, seen, standing, limits, at)
        case Stage.OPEN if at - (state.since or at) >= state.cooldown:
            return replace(state, stage=Stage.TRYING_5, since=at, good_since=None), Act.ADMIT_5
        case Stage.TRYING_5 | Stage.TRYING_25:
            return _try(state, seen, limits, at)
    return state, Act.NOTHING


def _clear(state: State, at: datetime) -> State:
    """The trips and the cool-down stay in mind: what comes back soon is the same trouble."""
    return State(since=at, cooldown=state.cooldown, trips=state.trips)


def _watch(
    state: State, seen: Observation, standing: Standing, limits: Limits, at: datetime
) -> tuple[State, Act]:  # fmt: skip
    is_silent = state.silent_until is not None and at < state.silent_until
    if is_silent or standing is not Standing.NOBODY or not _is_over(seen, limits):
        return replace(state, over=0), Act.NOTHING
    if state.over + 1 < LOOKS_TO_TRIP:
        return replace(state, over=state.over + 1), Act.NOTHING
    return _trip(state, at)


def _is_over(seen: Observation, limits: Limits) -> bool:
    is_enough = seen.calls >= limits.calls and seen.callers >= limits.callers
    return is_enough and limits.is_exceeded(seen)


def _trip(state: State, at: datetime) -> tuple[State, Act]:
    trips = (*(each for each in state.trips if at - each < EPISODE), at)
    is_new = state.since is None or at - state.since >= EPISODE
    cooldown = FIRST_COOLDOWN if is_new else _doubled(state.cooldown)
    is_latched = len(trips) >= MOST_TRIPS
    stage = Stage.LATCHED if is_latched else Stage.OPEN
    return State(stage, at, cooldown, trips), Act.LATCH if is_latched else Act.TRIP


def _doubled(cooldown: timedelta) -> timedelta:
    return min(cooldown * 2, LONGEST_COOLDOWN)


def _try(state: State, seen: Observation, limits: Limits, at: datetime) -> tuple[State, Act]:
    age = at - (state.since or at)
    rate = seen.rate or 0.0
    is_bad = seen.bad >= FEWEST_BAD and limits.is_exceeded(seen)
    is_good = rate <= limits.clear or limits.is_little(seen)
    if is_bad or (age >= PATIENCE and not is_good):
        return State(Stage.OPEN, at, _doubled(state.cooldown), state.trips), Act.CLOSE
    if not is_good:
        return replace(state, good_since=None), Act.NOTHING
    good_since = state.good_since or at
    if state.stage is Stage.TRYING_5 and (seen.calls >= PROBED or age >= SETTLED):
        return replace(state, stage=Stage.TRYING_25, since=at, good_since=None), Act.ADMIT_25
    if state.stage is Stage.TRYING_25 and at - good_since >= SETTLED:
        return _clear(state, at), Act.LIFT
    return replace(state, good_since=good_since), Act.NOTHING
