"""The counters as the console sees them: what is held now, what they missed, what is over."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import redis
from django.conf import settings

from costs.budgeting import periods, scripts, seeding, truth
from costs.budgeting.limits import Counter, HardBudget
from costs.budgeting.money import nanos
from costs.budgeting.wire import KEY
from costs.models import Budget
from tenants.scope import ALL, scope

_LONGEST: Final = timedelta(days=62)
# A call that began in the last moment of a period, by a clock that is behind, still reserves in it.
_KEPT_AFTER_ITS_END: Final = timedelta(minutes=10)


def held_by(row: Budget) -> HardBudget:
    """The row, with its tenant and feature, as gateways hold it."""
    tenant = None if row.tenant.is_operator else row.tenant_id
    return HardBudget(row.pk, tenant, row.feature_id, row.period, nanos(row.amount_usd), row.scope, row.counted_since)


def held(counters: Sequence[Counter]) -> Mapping[str, int] | None:
    """Nano-dollars reserved for calls under way, by counter; None when Valkey does not say."""
    if not counters:
        return {}
    try:
        with _client() as client:
            found: Any = client.hmget(KEY, [f"h:{counter.name}" for counter in counters])
    except redis.RedisError:
        return None
    return {counter.name: int(amount or 0) for counter, amount in zip(counters, found, strict=True)}


def correct(*, at: datetime) -> int:
    """Raise the counters to what is recorded, and drop those of periods that are over; how many were too low."""
    with scope(ALL):
        rows = list(Budget.objects.hard().select_related("tenant", "feature"))
    counters = [held_by(row).counter(at) for row in rows]
    with _client() as client:
        # Before PostgreSQL is asked: what begins to be held later may be recorded in the sums, and is taken to be.
        found: Any = client.hgetall(KEY)
        fields: dict[str, str] = {name.decode(): value.decode() for name, value in found.items()}
        places = seeding.places(fields)
        known = truth.read(counters, places.values())
        unrecorded = [place for place, each in places.items() if each.call not in known.recorded]
        words = [word for name, spent in known.spent.items() for word in (name, spent)]
        raised: Any = client.eval(scripts.RAISE, 1, KEY, len(unrecorded), *unrecorded, *words)
        over = _over([name[2:] for name in fields if name.startswith("s:")], rows, at)
        if over:
            client.eval(scripts.FORGET, 1, KEY, *over)
    return int(raised)


def _over(names: Sequence[str], rows: Sequence[Budget], at: datetime) -> list[str]:
    """Of a budget that is there, every counter whose period ended some minutes ago; of one that is gone, those of long
    ago."""
    present = {row.pk.hex: periods.start(row.period, at - _KEPT_AFTER_ITS_END) for row in rows}
    return [name for name in names if _start(name) < present.get(name.partition(".")[0], at - _LONGEST)]


def _start(name: str) -> datetime:
    return datetime.strptime(name.rpartition(".")[2] + "+0000", "%Y%m%d%z")


def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=1)
