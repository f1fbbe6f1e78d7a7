"""Calls in another order than that of time: what was found so far is ranked, and how far that is, is said."""

from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q
from django.db.models.expressions import Combinable

from aiops.lib import uuid7
from costs.models import Call
from costs.models.call import CallQuerySet
from costs.reports.calls.search import BEGINNING, Found, back, spans
from costs.words import Sort

_RANKS: Final[Mapping[Sort, Combinable]] = {
    Sort.COST: F("cost_usd"),
    Sort.LATENCY: F("latency_ms"),
    Sort.FIRST_CHUNK: F("first_chunk_ms"),
    Sort.TOKENS: F("input_tokens") + F("output_tokens"),
    Sort.CONFIDENCE: -F("confidence"),
}


def ranked(
    rows: CallQuerySet,
    sort: Sort,
    *,
    at: datetime,
    since: datetime | None,
    until: datetime | None = None,
    after: UUID | None = None,
    limit: int,
    seconds: float,
) -> Found:
    """The first of them in this order, behind `after`; where it is not known, a call has no place. `reached`: those
    before were not looked at, as the time was up."""
    rank = _RANKS[sort]
    placed = rows.annotate(rank=rank).filter(rank__isnull=False)
    if after is not None:
        place = Call.objects.filter(id=after).values_list(rank, flat=True).first()
        placed = placed.filter(Q(rank__lt=place) | Q(rank=place, id__lt=after)) if place is not None else placed.none()
    first, edge = uuid7.floor(max(since or BEGINNING, BEGINNING)), until or at
    end = uuid7.floor(edge)
    best: list[tuple[Any, UUID, Call]] = []
    for span in spans(seconds):
        # Whole seconds: the next page has to say in its address how far this one looked.
        edge = back(edge, span).replace(microsecond=0)
        lower = max(first, uuid7.floor(edge))
        if lower < end:
            best = _merged(best, placed.filter(id__gte=lower, id__lt=end), limit)
            end = lower
        if end <= first:
            return Found([call for *_, call in best], None)
    return Found([call for *_, call in best], end)


def _merged(best: list[tuple[Any, UUID, Call]], rows: Any, limit: int) -> list[tuple[Any, UUID, Call]]:
    if len(best) == limit:
        # Of equals the newer stands first, and these are all older.
        rows = rows.filter(rank__gt=best[-1][0])
    found = [(call.rank, call.id, call) for call in rows.order_by("-rank", "-id")[:limit]]
    return sorted([*best, *found], key=itemgetter(0, 1), reverse=True)[:limit]
