"""What PostgreSQL knows of the budgets: what is recorded, who is there, how far the recorder has come. Blocking."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from django.db import close_old_connections, connection

from costs.budgeting.limits import Counter
from costs.budgeting.money import nanos
from costs.models import JournalPosition
from tenants.scope import ALL, scope

# One statement, so one moment: a call is either in the sums or not among the recorded.
_READ: Final = """
WITH wanted AS (
  SELECT * FROM unnest(%(names)s::text[], %(tenants)s::uuid[], %(features)s::uuid[], %(since)s::date[],
    %(until)s::date[]) AS w (name, tenant, feature, since, until)
)
SELECT 'spent', name, (
    SELECT coalesce(sum(cost_usd), 0) FROM costs_dailyspend d
    WHERE d.tenant_id = tenant AND d.day >= since AND d.day < until AND (feature IS NULL OR d.feature_id = feature))
  FROM wanted WHERE tenant IS NOT NULL
UNION ALL
SELECT 'spent', name, (
    SELECT coalesce(sum(cost_usd), 0) FROM costs_dailyspend d
    WHERE d.day >= since AND d.day < until AND (feature IS NULL OR d.feature_id = feature))
  FROM wanted WHERE tenant IS NULL
UNION ALL
SELECT 'recorded', id::text, NULL FROM costs_call
  WHERE tenant_id = ANY (%(of)s::uuid[]) AND id = ANY (%(calls)s::uuid[])
UNION ALL
SELECT CASE WHEN open_calls > 0 THEN 'busy' ELSE 'idle' END, id::text, NULL FROM tenants_process
  WHERE kind = 'gateway' AND seen_at > clock_timestamp() - interval '5 seconds'
"""
_NEVER: Final = "9999-12-31"


class Unrecorded(NamedTuple):
    """A call that may be recorded or not."""

    tenant: UUID
    call: UUID


@dataclass(frozen=True, slots=True)
class Truth:
    # In nano-dollars, by the name of the counter.
    spent: dict[str, int]
    # Those of the calls asked about that are in it.
    recorded: frozenset[UUID]
    # The gateway processes that answer: with calls under way, and without.
    busy: frozenset[str]
    idle: frozenset[str]


def read(counters: Sequence[Counter], calls: Collection[Unrecorded] = ()) -> Truth:
    with scope(ALL), connection.cursor() as cursor:
        cursor.execute(
            _READ,
            {
                "names": [each.name for each in counters],
                "tenants": [each.budget.tenant for each in counters],
                "features": [each.budget.feature for each in counters],
                "since": [each.start.date() for each in counters],
                "until": [each.end.date() if each.end else _NEVER for each in counters],
                "of": list({call.tenant for call in calls}),
                "calls": [call.call for call in calls],
            },
        )
        rows = cursor.fetchall()
    return Truth(
        {name: nanos(spent) for what, name, spent in rows if what == "spent"},
        frozenset(UUID(name) for what, name, _ in rows if what == "recorded"),
        frozenset(name for what, name, _ in rows if what == "busy"),
        frozenset(name for what, name, _ in rows if what == "idle"),
    )


def read_aside(counters: Sequence[Counter], calls: Collection[Unrecorded] = ()) -> Truth:
    """The same, in a thread of a pool: a connection that died with the server must not fail the next."""
    close_old_connections()
    try:
        return read(counters, calls)
    finally:
        close_old_connections()


def recorded_up_to(process_id: str) -> dict[str, int]:
    """How far each segment of this process is recorded; one that is not named was not begun or is taken away."""
    close_old_connections()
    try:
        rows = JournalPosition.objects.filter(file__startswith=f"{process_id}.")
        return dict(rows.values_list("file", "offset"))
    finally:
        close_old_connections()
