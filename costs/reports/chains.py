"""What the models behind each chain answered lately, what failed, and when another had to step in."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Self
from uuid import UUID

import orjson
from django.db import connection

from aiops.lib import uuid7
from costs.reasons import FAILED_SQL
from costs.records import Hop, PriceMatch
from tenants.models import Tenant

LATELY: Final = timedelta(minutes=15)
# A day is counted from its end, an hour first; what does not fit into the time is left out, and said to be.
_STEPS: Final = tuple(timedelta(hours=hours) for hours in (1, 4, 12, 24))
_SECONDS: Final = 1.5
_LOOKED_BACK: Final = timedelta(days=7)

_ANSWERED: Final = f"""
SELECT chain, provider || '/' || model, count(*) FROM costs_call
WHERE id >= %(first)s AND id < %(last)s AND chain = ANY (%(chains)s) AND tenant_id <> %(operator)s
  AND (outcome = 'ok' OR (outcome = 'cancelled' AND coalesce(hops -> -1 ->> 4, '') = '')) AND model <> ''
  AND price_match <> '{PriceMatch.NOTHING_ASKED}'
GROUP BY 1, 2
"""  # noqa: S608 - words of ours
# By the index of what went wrong.
_FAILED: Final = f"""
SELECT chain, (hop ->> 1) || '/' || (hop ->> 0), count(*)
FROM costs_call CROSS JOIN LATERAL jsonb_array_elements(hops) AS hop
WHERE id >= %(first)s AND id < %(last)s AND (fallback OR outcome <> 'ok') AND chain = ANY (%(chains)s)
  AND tenant_id <> %(operator)s AND {FAILED_SQL}
GROUP BY 1, 2
"""  # noqa: S608 - words of ours
_LAST: Final = """
SELECT DISTINCT ON (chain, outcome = 'ok') chain, id, hops, provider || '/' || model, outcome = 'ok',
  outcome <> 'ok' AND streamed AND sources_given IS NULL AND first_chunk_ms IS NOT NULL
FROM costs_call
WHERE id >= %(first)s AND id < %(last)s AND fallback AND outcome NOT IN ('cancelled', 'stopped')
  AND chain = ANY (%(chains)s) AND tenant_id <> %(operator)s
ORDER BY chain, outcome = 'ok', id DESC
"""


@dataclass(slots=True)
class Counts:
    """By provider/model: answers that were given, and attempts that failed."""

    answered: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    failed: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, other: Self) -> None:
        for mine, others in ((self.answered, other.answered), (self.failed, other.failed)):
            for label, count in others.items():
                mine[label] += count

    @property
    def total(self) -> int:
        return sum(self.answered.values())

    def share(self, label: str) -> float | None:
        return self.answered.get(label, 0) / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Day:
    """`hours`: so many of the last 24 were counted; `until`: what came from then on is not in it."""

    hours: int
    until: datetime
    chains: Mapping[str, Counts]


@dataclass(frozen=True, slots=True)
class Fallback:
    """A call for which another model than the first was asked."""

    call: UUID
    hops: tuple[Hop, ...]
    # Who answered, or was asked last.
    served: str
    is_answered: bool
    # Its caller had begun to read an answer that never ended.
    broke_off: bool

    @property
    def at(self) -> datetime:
        return uuid7.time_of(self.call)


@dataclass(frozen=True, slots=True)
class Fallbacks:
    """The newest call that another model answered, and the newest that nobody did, or not to the end."""

    rescued: Fallback | None = None
    in_vain: Fallback | None = None

    @property
    def newest(self) -> Fallback | None:
        return max((each for each in (self.rescued, self.in_vain) if each), key=lambda each: each.call, default=None)

    @property
    def newer_in_vain(self) -> Fallback | None:
        """Nobody has been rescued since."""
        return self.in_vain if self.newest is self.in_vain else None


def lately(chains: Iterable[str], *, at: datetime) -> Mapping[str, Counts]:
    """Of customers' calls: drills and evals are the console's own."""
    found: dict[str, Counts] = defaultdict(Counts)
    _count(found, list(chains), at - LATELY, at)
    return found


def day(chains: Iterable[str], lately: Mapping[str, Counts], earlier: Day, *, at: datetime) -> Day:
    """Never less than `lately`, however long ago what was `earlier` was counted."""
    counted: dict[str, Counts] = defaultdict(Counts)
    _count(counted, list(chains), earlier.until, at - LATELY)
    for part in (earlier.chains, lately):
        for chain, counts in part.items():
            counted[chain].add(counts)
    return Day(earlier.hours, at, counted)


def earlier(chains: Iterable[str], *, at: datetime) -> Day:
    """Of the day that ends `at`, what is no longer counted as lately: it changes little, so that it may be kept."""
    names, hours, until = list(chains), 0, at - LATELY
    counted: dict[str, Counts] = defaultdict(Counts)
    began = time.monotonic()
    for since, end in _slices(at):
        _count(counted, names, since, min(end, until))
        hours = round((at - since) / timedelta(hours=1))
        if time.monotonic() - began > _SECONDS:
            break
    return Day(hours, until, counted)


def last_fallbacks(chains: Iterable[str], *, at: datetime) -> Mapping[str, Fallbacks]:
    """Of the last seven days."""
    found: dict[str, dict[str, Fallback]] = defaultdict(dict)
    for chain, call, hops, served, is_answered, broke_off in _rows(_LAST, _values(list(chains), at - _LOOKED_BACK, at)):
        steps = tuple(Hop(*hop) for hop in orjson.loads(hops or "[]"))
        fallback = Fallback(call, steps, served, is_answered, broke_off)
        found[chain]["rescued" if is_answered else "in_vain"] = fallback
    return {chain: Fallbacks(**each) for chain, each in found.items()}


def _slices(at: datetime) -> Iterator[tuple[datetime, datetime]]:
    until = at
    for step in _STEPS:
        yield at - step, until
        until = at - step


def _count(found: dict[str, Counts], chains: list[str], since: datetime, until: datetime) -> None:
    values = _values(chains, since, until)
    for chain, label, calls in _rows(_ANSWERED, values):
        found[chain].answered[label] += calls
    for chain, label, attempts in _rows(_FAILED, values):
        found[chain].failed[label] += attempts


def _values(chains: list[str], since: datetime, until: datetime) -> dict[str, Any]:
    operator = Tenant.objects.operator().pk
    return {"chains": chains, "first": uuid7.floor(since), "last": uuid7.floor(until), "operator": operator}


def _rows(query: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
