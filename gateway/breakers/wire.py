"""How processes tell each other of breakers: times as the world counts them, as clocks of processes differ. Pure."""

from dataclasses import dataclass
from typing import Final, Self

import orjson

from gateway.breakers.machine import LONGEST_OPEN_SECONDS, Breaker, Stage
from tenants.watched import Identity

# Of the installation: by model, what the process that found it out last said.
HASH: Final = "aiops:breakers"
CHANNEL: Final = "aiops:breakers:changes"
# There while some gateway says what it knows: without it, silence is no good news.
HEARD: Final = "aiops:breakers:heard"
# The same of one process, by its id: what a process said that is gone ends with its time, and its trials at once.
LIVES: Final = "aiops:breakers:heard:{id}"


class Unreadable(ValueError):
    """Whatever it is, it tells of no breaker."""


@dataclass(frozen=True, slots=True)
class Told:
    # By its id, as processes on two machines may have one name.
    id: str
    process: str
    stage: Stage
    # Seconds since 1970.
    since: float
    until: float
    at: float
    reason: str = ""
    openings: int = 0

    @classmethod
    def of(cls, breaker: Breaker, *, by: Identity, offset: float) -> Self:
        """`offset`: what has to be added to the process's own clock."""
        since, until, at = (time + offset for time in (breaker.since, breaker.until, breaker.at))
        return cls(str(by.id), by.name, breaker.stage, since, until, at, breaker.reason, breaker.openings)

    @classmethod
    def read(cls, data: bytes | str) -> Self:
        try:
            told = orjson.loads(data)
            since, until, at = (float(told[name]) for name in ("since", "until", "at"))
            return cls(
                str(told["id"]),
                str(told["process"]),
                Stage(told["stage"]),
                since,
                until,
                at,
                str(told["reason"]),
                int(told["openings"]),
            )
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as fault:
            raise Unreadable(str(fault)) from None

    def is_over(self, now: float) -> bool:
        """Unless the process that said it is still there to say more."""
        return self.stage is Stage.HALF_OPEN or now >= self.until

    def as_json(self) -> bytes:
        return orjson.dumps(self)

    def here(self, *, offset: float, now: float) -> Breaker:
        """By the clock of this process, and for no longer than ours would be, whatever the clock there says."""
        until = min(self.until - offset, now + LONGEST_OPEN_SECONDS)
        return Breaker(
            self.stage, self.since - offset, until, self.reason, openings=max(self.openings, 0), at=self.at - offset
        )
