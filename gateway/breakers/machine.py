"""One model as one process knows it: closed, cooling, open, or being tried out. Pure; the clock is the caller's."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

# Of a limit without a word on time; and what no provider may exceed in talking us out of itself.
USUAL_SECONDS: Final = 1.0
LONGEST_COOLING_SECONDS: Final = 60.0
WINDOW_SECONDS: Final = 30.0
FIRST_OPEN_SECONDS: Final = 10.0
LONGEST_OPEN_SECONDS: Final = 120.0
# A trial lasts as long as its call may; one that nobody ends, as its call was lost, keeps others waiting little longer.
TRIAL_GRACE_SECONDS: Final = 1.0
# What nobody asked for so long after its time was over is as good as new.
FORGET_SECONDS: Final = 300.0
USUAL_FAILURES: Final = 5


class Stage(StrEnum):
    CLOSED = "closed"
    # It said "too many", and until when.
    COOLING = "cooling"
    # It failed again and again.
    OPEN = "open"
    # One call tries whether it is over.
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Breaker:
    stage: Stage = Stage.CLOSED
    since: float = 0.0
    # Until then it is asked only if nobody else is left; of one that is tried, until then by nobody else.
    until: float = 0.0
    reason: str = ""
    # Failures in a row.
    failed_at: tuple[float, ...] = ()
    # In a row: each is twice as long as the one before.
    openings: int = 0
    # When it last changed.
    at: float = 0.0

    def is_free(self, at: float) -> bool:
        """Whether a call that comes now asks it in its turn."""
        return self.stage is Stage.CLOSED or at >= self.until

    def is_over(self, at: float) -> bool:
        """Nothing of it matters any more."""
        if self.stage is Stage.CLOSED:
            return at - max(self.since, *self.failed_at, 0.0) > FORGET_SECONDS
        return at - self.until > FORGET_SECONDS


NEW: Final = Breaker()


def begun(breaker: Breaker, at: float, seconds: float) -> Breaker:
    """A call that may asks it now; in `seconds` it knows at the latest how that went."""
    if breaker.stage is Stage.CLOSED or at < breaker.until:
        return breaker
    if breaker.stage is Stage.COOLING:
        return Breaker(since=at, failed_at=breaker.failed_at, at=at)
    return replace(breaker, stage=Stage.HALF_OPEN, since=at, until=at + seconds + TRIAL_GRACE_SECONDS, at=at)


def answered(breaker: Breaker, at: float, *, began: float) -> Breaker:
    """It is well: unless the call was under way before it fell ill, or only its limit stands in the way."""
    if breaker.stage is Stage.COOLING:
        return replace(breaker, failed_at=())
    if breaker.stage is Stage.CLOSED:
        return replace(breaker, failed_at=()) if breaker.failed_at else breaker
    return Breaker(since=at, at=at) if began >= breaker.since else breaker


def limited(breaker: Breaker, at: float, *, reason: str, retry_after: float | None) -> Breaker:
    """It said "too many"; that it answers at all ends a trial."""
    seconds = USUAL_SECONDS if retry_after is None else min(retry_after, LONGEST_COOLING_SECONDS)
    if breaker.stage is Stage.OPEN:
        return breaker
    if seconds <= 0:
        return Breaker(since=at, at=at) if breaker.stage is Stage.HALF_OPEN else breaker
    until = at + seconds
    if breaker.stage is Stage.COOLING:
        return breaker if until <= breaker.until else replace(breaker, until=until, reason=reason, at=at)
    return Breaker(Stage.COOLING, at, until, reason, breaker.failed_at, at=at)


def failed(breaker: Breaker, at: float, *, began: float, reason: str, failures: int = USUAL_FAILURES) -> Breaker:
    """`failures`: so many in a row, within the window, open it."""
    if breaker.stage is Stage.OPEN or began < breaker.since:
        # Asked for want of another; or under way since before, which says nothing of how it is now.
        return breaker
    if breaker.stage is Stage.HALF_OPEN:
        return _opened(at, reason, breaker.openings + 1)
    failed_at = (*(then for then in breaker.failed_at if at - then <= WINDOW_SECONDS), at)[-failures:]
    if len(failed_at) >= failures:
        return _opened(at, reason, 1)
    return replace(breaker, failed_at=failed_at)


def released(breaker: Breaker, at: float) -> Breaker:
    """The call that tried it ended without a word of it: the next one may."""
    return replace(breaker, until=at, at=at) if breaker.stage is Stage.HALF_OPEN else breaker


def _opened(at: float, reason: str, openings: int) -> Breaker:
    # The shift is bounded, as a number that grows for days would be.
    seconds = min(FIRST_OPEN_SECONDS * (1 << min(openings - 1, 10)), LONGEST_OPEN_SECONDS)
    return Breaker(Stage.OPEN, at, at + seconds, reason, openings=openings, at=at)
