"""Customers' systems that are connected, and what each feature wrote to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Q

from aiops.lib import uuid7
from integrations.models import Connection, LedgerEntry
from readiness.facts.traffic import DAYS


@dataclass(frozen=True, slots=True)
class Writes:
    """Of one feature, of the last 30 days; a dry run is not among them, as nothing was sent."""

    count: int = 0
    keyed: int = 0
    last_at: datetime | None = None
    last_done_at: datetime | None = None
    connections: Sequence[UUID] = ()


def enabled() -> list[Connection]:
    return list(Connection.objects.enabled().select_related("tenant").defer("key_sealed").order_by("tenant__slug"))


def writes(at: datetime) -> Mapping[UUID, Writes]:
    recent = LedgerEntry.objects.filter(id__gte=uuid7.floor(at - timedelta(days=DAYS)), feature__isnull=False)
    sent = recent.exclude(state=LedgerEntry.State.PLANNED)
    rows = sent.values_list("feature_id", "connection_id").annotate(
        Count("id"),
        Max("asked_at"),
        keyed=Count("id", filter=~Q(key="")),
        done=Max("ended_at", filter=Q(state=LedgerEntry.State.DONE)),
    )
    found: dict[UUID, Writes] = {}
    for feature, connection, count, last, keyed, done in rows:
        before = found.get(feature, Writes())
        found[feature] = Writes(
            before.count + count,
            before.keyed + keyed,
            max(filter(None, (before.last_at, last))),
            max(filter(None, (before.last_done_at, done)), default=None),
            [*before.connections, connection],
        )
    return found
