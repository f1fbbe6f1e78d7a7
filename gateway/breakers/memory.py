"""Which models this process passes over while others are there. No I/O: every call asks here, several times."""

import time
from collections.abc import Callable
from enum import Enum, auto
from typing import Final

from costs.reasons import COOLDOWN, HopReason
from gateway.breakers import machine
from gateway.breakers.machine import NEW, Breaker, Stage
from gateway.config import Model
from gateway.routing.triggers import Trigger, trigger_of

# Nobody was asked, or the call had no more time: they say nothing of how the model is.
_SAYS_NOTHING: Final = frozenset({HopReason.NO_KEY, HopReason.DRILL, HopReason.DEADLINE})


class Turn(Enum):
    FREE = auto()
    # This call tries it out, and must say how it went.
    TRIAL = auto()
    # Another call tries it just now, or its time is not over.
    WAIT = auto()


class Breakers:
    def __init__(self, clock: Callable[[], float] = time.monotonic, *, failures: int = machine.USUAL_FAILURES) -> None:
        """`failures`: so many in a row open it."""
        self._clock, self._failures = clock, failures
        # Of models that had trouble lately, by `Model.breaker`; of most installations most of the time none.
        self.known: dict[str, Breaker] = {}
        self.on_change: Callable[[str, Breaker], None] = _tell_nobody

    def is_free(self, model: Model) -> bool:
        """Whether a call that comes now asks it in its turn; else only when all others have failed."""
        return not self.known or self._of(model).is_free(self._clock())

    def begin(self, model: Model, seconds: float) -> Turn:
        """A call is about to ask it, for so long at most; WAIT changes nothing."""
        if not self.known or (before := self.known.get(model.breaker)) is None:
            return Turn.FREE
        now = self._clock()
        if not before.is_free(now):
            return Turn.WAIT
        after = machine.begun(before, now, seconds)
        self._keep(model, before, after)
        return Turn.TRIAL if after.stage is Stage.HALF_OPEN else Turn.FREE

    def answered(self, model: Model, began: float) -> None:
        """It gave an answer, or found fault with the question: it is there."""
        if self.known and (before := self.known.get(model.breaker)) is not None:
            self._keep(model, before, machine.answered(before, self._clock(), began=began))

    def failed(self, model: Model, began: float, reason: str, retry_after: float | None) -> None:
        """`reason` is the word of the records."""
        if reason in _SAYS_NOTHING:
            return
        before, now = self._of(model), self._clock()
        if _is_limit(reason, retry_after):
            after = machine.limited(before, now, reason=reason, retry_after=retry_after)
        else:
            after = machine.failed(before, now, began=began, reason=reason, failures=self._failures)
        self._keep(model, before, after)

    def release(self, model: Model) -> None:
        """The call that tried it will not say how it went."""
        if (before := self.known.get(model.breaker)) is not None:
            self._keep(model, before, machine.released(before, self._clock()))

    def why(self, model: Model) -> str:
        """The reason for which it is passed over, as a word for records."""
        breaker = self._of(model)
        return f"{breaker.reason}{COOLDOWN}" if breaker.stage is Stage.COOLING else HopReason.OPEN

    def adopt(self, key: str, told: Breaker) -> None:
        """What another process found out, unless we know something newer. That another one tries it is its own."""
        now, mine = self._clock(), self.known.get(key)
        if told.stage is Stage.HALF_OPEN or (mine is not None and told.at <= mine.at):
            return
        if told.stage is Stage.CLOSED:
            if mine is not None and mine.stage is not Stage.CLOSED:
                self.known[key] = told
        elif told.until > now:
            self.known[key] = told

    @property
    def troubled(self) -> int:
        """How many models are asked last, or tried out."""
        now = self._clock()
        return sum(not breaker.is_free(now) for breaker in self.known.values())

    def forget(self) -> None:
        """Drop what is over."""
        now = self._clock()
        for key in [key for key, breaker in self.known.items() if breaker.is_over(now)]:
            del self.known[key]

    def _of(self, model: Model) -> Breaker:
        return self.known.get(model.breaker, NEW)

    def _keep(self, model: Model, before: Breaker, after: Breaker) -> None:
        if after is before:
            return
        self.known[model.breaker] = after
        if (after.stage, after.until) != (before.stage, before.until):
            self.on_change(model.breaker, after)


def _is_limit(reason: str, retry_after: float | None) -> bool:
    trigger = trigger_of(reason, retry_after=retry_after)
    return trigger is Trigger.RATE_LIMITED or (trigger is Trigger.OVERLOADED and retry_after is not None)


def _tell_nobody(key: str, breaker: Breaker) -> None:
    """Until it is shared."""
