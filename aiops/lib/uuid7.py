"""UUIDv7 made by the application, so that any PostgreSQL >= 16 will do (RFC 9562, section 5.7)."""

import os
import time
from datetime import UTC, datetime
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new(at: datetime | None = None) -> UUID:
    """A fresh id whose first 48 bits are `at` (now, unless given) in milliseconds."""
    milliseconds = time.time_ns() // 1_000_000 if at is None else _milliseconds(at)
    random = int.from_bytes(os.urandom(10), "big")
    high = (milliseconds << 16) | 0x7000 | (random >> 68)
    low = 0x8000000000000000 | (random & 0x3FFFFFFFFFFFFFFF)
    return UUID(int=(high << 64) | low)


def floor(at: datetime) -> UUID:
    """The smallest id of that millisecond: `id >= floor(since)` is how calls are filtered by time."""
    return UUID(int=_milliseconds(at) << 80)


def time_of(value: UUID) -> datetime:
    return datetime.fromtimestamp((value.int >> 80) / 1000, tz=UTC)


def _milliseconds(at: datetime) -> int:
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
