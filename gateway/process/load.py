"""How many calls one process takes at once, how many of them one tenant, and who waits for a place."""

import asyncio
import math
import random
from typing import Final
from uuid import UUID

from gateway.errors import Busy, Leaving, Slow, TenantBusy
from gateway.process.turns import Turns

# So many beats in a row that came so late: the loop does not keep up, and more calls would slow all of them.
_SLOW_BEATS: Final = 4
_SLOW_SECONDS: Final = 0.25
# That share of the places is given even then: slow may also be whatever else runs on the machine.
_LEAST_SHARE: Final = 0.05
_LONGEST_RETRY: Final = 30
# Of the pace at which calls end, how much the last beat counts.
_NEWS: Final = 0.2
_BEATS_A_SECOND: Final = 4

type Place = asyncio.Future[None]


class Load:
    """Refuses before the process falls over, and before one tenant has all the places."""

    def __init__(self, *, most: int, most_of_a_tenant: int, most_waiting: int | None = None) -> None:
        self.most, self.most_of_a_tenant = most, most_of_a_tenant
        self._most_waiting = most if most_waiting is None else most_waiting
        self._least = max(1, int(most * _LEAST_SHARE))
        self._room = most
        self._by_tenant: dict[UUID, int] = {}
        self._limits: dict[UUID, int] = {}
        self._turns: Turns[Place] = Turns()
        self._ended = self._late_beats = 0
        self._ends_a_beat = 0.0
        self.calls = 0
        self.lag = 0.0
        self.is_closed = False

    @property
    def waiting(self) -> int:
        return self._turns.count

    @property
    def is_slow(self) -> bool:
        return self._late_beats >= _SLOW_BEATS

    def enter(self, tenant: UUID, most: int | None = None) -> bool:
        """Whether there is a place; `most` is the tenant's own limit, if it has one."""
        held = self._by_tenant.get(tenant, 0)
        if self.calls >= self._room or held >= (self.most_of_a_tenant if most is None else most):
            return False
        self.calls += 1
        self._by_tenant[tenant] = held + 1
        return True

    def leave(self, tenant: UUID) -> None:
        self.calls -= 1
        self._ended += 1
        held = self._by_tenant[tenant] - 1
        if held:
            self._by_tenant[tenant] = held
        else:
            del self._by_tenant[tenant]
        if self._turns.count:
            self._turns.bring_back(tenant)
            self._admit()

    def queue(self, tenant: UUID, most: int | None = None) -> Place:
        """A place to come, which is the caller's once it is done; or the refusal, when too many wait already."""
        self._limits[tenant] = self.most_of_a_tenant if most is None else most
        waiting = self._turns.of(tenant)
        # Half of the seats at most for one tenant: it must not keep others from waiting.
        if self.is_closed or self.is_slow or max(self._turns.count, 2 * waiting) >= self._most_waiting:
            raise self.refusal(tenant)
        place: Place = asyncio.get_running_loop().create_future()
        self._turns.add(tenant, place)
        return place

    def give_up(self, tenant: UUID, place: Place) -> None:
        """Nobody waits for it any more; one that was given meanwhile is for the next."""
        if place.done() and not place.cancelled() and place.exception() is None:
            self.leave(tenant)
        else:
            self._turns.remove(tenant, place)

    def refusal(self, tenant: UUID) -> Busy | TenantBusy | Leaving:
        if self.is_closed:
            return Leaving()
        if self.is_slow:
            return Slow(self._retry_after())
        most = self._limits.get(tenant, self.most_of_a_tenant)
        if self._by_tenant.get(tenant, 0) >= most:
            return TenantBusy(most, self._retry_after())
        return Busy(self.most, self._retry_after())

    def beat(self, late: float) -> None:
        """Told several times a second how late it is."""
        self.lag = max(0.0, late)
        self._late_beats = self._late_beats + 1 if late > _SLOW_SECONDS else 0
        self._ends_a_beat += _NEWS * (self._ended - self._ends_a_beat)
        self._ended = 0
        if not self._turns.count:
            self._limits.clear()
        if not self.is_closed:
            self._room = self._least if self.is_slow else self.most
            self._admit()

    def close(self) -> None:
        """The process leaves: whoever waits is told so, and nobody comes in any more."""
        self.is_closed, self._room = True, 0
        for place in self._turns.all():
            if not place.done():
                place.set_exception(Leaving())
        self._turns.clear()

    def _admit(self) -> None:
        while self.calls < self._room and (found := self._turns.next(self._has_room)) is not None:
            tenant, place = found
            if place.done():
                continue
            self.calls += 1
            self._by_tenant[tenant] = self._by_tenant.get(tenant, 0) + 1
            place.set_result(None)

    def _has_room(self, tenant: UUID) -> bool:
        return self._by_tenant.get(tenant, 0) < self._limits.get(tenant, self.most_of_a_tenant)

    def _retry_after(self) -> int:
        """When those that wait will have had their turn, as calls end just now; drawn, lest all come back at once."""
        a_second = self._ends_a_beat * _BEATS_A_SECOND
        seconds = min(_LONGEST_RETRY, max(1, math.ceil(self._turns.count / max(1.0, a_second))))
        return random.randint(seconds, 2 * seconds)  # noqa: S311 - jitter
