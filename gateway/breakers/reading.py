"""For pages: how the models stand, as the gateways say through Redis."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

import redis
from django.conf import settings

from gateway.breakers.machine import Stage
from gateway.breakers.wire import HASH, HEARD, Told, Unreadable
from gateway.models import Model

_PATIENCE_SECONDS: Final = 0.5


class State(StrEnum):
    CLOSED = "closed"
    COOLING = "cooling"
    OPEN = "open"
    HALF_OPEN = "half_open"
    # Redis is away, or no gateway speaks: nobody can tell.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Standing:
    state: State
    since: datetime | None = None
    until: datetime | None = None
    # The word of the records: 429, timeout, connection, …
    reason: str = ""
    # Which gateway process said it last.
    process: str = ""


UNKNOWN: Final = Standing(State.UNKNOWN)
CLOSED: Final = Standing(State.CLOSED)


def standings(models: Iterable[Model], *, at: datetime | None = None) -> dict[str, Standing]:
    """By `provider/upstream`; give models with their providers. Never "closed" unless a gateway says so."""
    labels = [model.label for model in models]
    try:
        is_heard, found = _read()
    except (redis.RedisError, OSError):
        return dict.fromkeys(labels, UNKNOWN)
    if not is_heard:
        return dict.fromkeys(labels, UNKNOWN)
    told = _newest(found)
    now = (at or datetime.now(UTC)).timestamp()
    return {label: _standing(told[label], now) if label in told else CLOSED for label in labels}


def _read() -> tuple[bool, Mapping[bytes, bytes]]:
    limits: dict[str, Any] = {"socket_connect_timeout": _PATIENCE_SECONDS, "socket_timeout": _PATIENCE_SECONDS}
    with redis.Redis.from_url(settings.REDIS_URL, **limits) as client, client.pipeline(transaction=False) as pipeline:
        pipeline.exists(HEARD)
        pipeline.hgetall(HASH)
        is_heard, found = pipeline.execute()
    return bool(is_heard), found


def _newest(found: Mapping[bytes, bytes]) -> dict[str, Told]:
    """A provider whose key was changed has had two breakers for a while."""
    newest: dict[str, Told] = {}
    for key, value in found.items():
        label = key.decode("utf-8", "replace").rpartition("#")[0]
        try:
            told = Told.read(value)
        except Unreadable:
            continue
        if label not in newest or told.at > newest[label].at:
            newest[label] = told
    return newest


def _standing(told: Told, now: float) -> Standing:
    state = State(told.stage)
    if now >= told.until and told.stage is Stage.COOLING:
        return CLOSED
    if now >= told.until and told.stage is Stage.OPEN:
        # The next call tries it.
        state = State.HALF_OPEN
    since, until = (datetime.fromtimestamp(time, UTC) for time in (told.since, told.until))
    return Standing(state, since, until, told.reason, told.process)
