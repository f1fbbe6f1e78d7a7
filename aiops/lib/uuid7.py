"""UUIDv7 made by the application, so that any PostgreSQL >= 16 will do (RFC 9562, sections 5.7 and 6.2)."""

import os
import threading
import time
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Of 128 bits all but the time, the version and the variant.
_RANDOM_BITS: Final = 74
# A clock that is set back by less than this is waited for, in milliseconds.
_WAITED_FOR: Final = 1000


class _Sequence:
    """Ids of one millisecond are in the order in which they were made, whichever thread makes them."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = self._random = -1

    def at(self, milliseconds: int) -> UUID:
        with self._lock:
            return self._next(milliseconds)

    def now(self) -> UUID:
        with self._lock:
            milliseconds = time.time_ns() // 1_000_000
            is_back = 0 < self._milliseconds - milliseconds < _WAITED_FOR
            return self._next(self._milliseconds if is_back else milliseconds)

    def _next(self, milliseconds: int) -> UUID:
        if milliseconds == self._milliseconds:
            # By a random step, so that one id does not tell the next.
            self._random += 1 + _random(32)
        else:
            # The first bit is left free: no millisecond has the 2^41 steps that would use it up.
            self._milliseconds, self._random = milliseconds, _random(_RANDOM_BITS - 1)
        return _uuid(milliseconds, self._random)


# Apart: ids of some other time must not break the order of those that are made now.
_of_now, _of_a_time = _Sequence(), _Sequence()


def _part_from_the_parent() -> None:
    """A forked process would go on from its parent's numbers, behind a lock that another thread may have held."""
    _of_now.forget()
    _of_a_time.forget()


os.register_at_fork(after_in_child=_part_from_the_parent)


def new(at: datetime | None = None) -> UUID:
    """A fresh id whose first 48 bits are `at` (now, unless given) in milliseconds; within one of these, rising."""
    return _of_now.now() if at is None else _of_a_time.at(_milliseconds(at))


def floor(at: datetime) -> UUID:
    """The smallest id of that millisecond: `id >= floor(since)` is how calls are filtered by time."""
    return UUID(int=_milliseconds(at) << 80)


def time_of(value: UUID) -> datetime:
    return datetime.fromtimestamp((value.int >> 80) / 1000, tz=UTC)


def _uuid(milliseconds: int, random: int) -> UUID:
    high = (milliseconds << 16) | 0x7000 | (random >> 62)
    low = 0x8000000000000000 | (random & 0x3FFFFFFFFFFFFFFF)
    return UUID(int=(high << 64) | low)


def _random(bits: int) -> int:
    return int.from_bytes(os.urandom(10), "big") >> (80 - bits)


def _milliseconds(at: datetime) -> int:
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
