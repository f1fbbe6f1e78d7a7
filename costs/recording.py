"""Calls into PostgreSQL: COPY to a staging table, insert what is new, add just that to the roll-ups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import batched
from typing import Final

import psycopg
from django.db import DataError, IntegrityError, connection, transaction

from costs import partitions, staging
from costs.records import Finished
from costs.rows import STAGED, Letter, Row, row_of
from tenants.scope import ALL, scope

AT_ONCE: Final = 5000
# Further away than this a call's time is a mistake.
SANE: Final = timedelta(days=400)
MINUTES_KEPT: Final = timedelta(days=2)
_EPOCH: Final = date(1970, 1, 1)
# What one row can be the cause of; anything else is the database's trouble, and passes.
_POISON: Final = (
    DataError,
    IntegrityError,
    psycopg.DataError,
    psycopg.IntegrityError,
    OverflowError,
    TypeError,
    ValueError,
)


@dataclass(slots=True)
class Written:
    """`new`: calls that were not there before."""

    new: int = 0
    letters: list[Letter] = field(default_factory=list)


def record(finished: Iterable[Finished], *, at: datetime) -> int:
    """History, by the same path as the recorder's; how many calls were new. A bad record raises."""
    new = 0
    for records in batched(finished, AT_ONCE):
        rows = [row_of(item.to_line(), "history", number) for number, item in enumerate(records)]
        make_days(rows, at=at)
        with scope(ALL):
            new += insert(rows, at=at)
    return new


def make_days(rows: Iterable[Row], *, at: datetime, known: set[int] | None = None) -> None:
    """The partitions that these calls fall into, in transactions of their own; mistaken days get none."""
    today = (at.astimezone(UTC).date() - _EPOCH).days
    days = {row.day for row in rows if abs(row.day - today) <= SANE.days} - (known or set())
    for day in sorted(days):
        partitions.make(_EPOCH + timedelta(days=day), _EPOCH + timedelta(days=day + 1))
    if known is not None:
        known |= days


def write(rows: Sequence[Row], *, at: datetime) -> Written:
    """Record what can be: a refused batch is halved until what spoils it stands alone. Needs all tenants in scope."""
    if not rows:
        return Written()
    try:
        with transaction.atomic():
            return Written(insert(rows, at=at))
    except _POISON as fault:
        if len(rows) == 1:
            reason = str(fault).split("\n", 1)[0]
            return Written(0, [rows[0].refused(f"{type(fault).__name__}: {reason}")])
    middle = len(rows) // 2
    first, second = write(rows[:middle], at=at), write(rows[middle:], at=at)
    return Written(first.new + second.new, first.letters + second.letters)


def insert(rows: Sequence[Row], *, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(staging.STAGE)
        # Left by an earlier batch of the same transaction, if any.
        cursor.execute("DELETE FROM costs_stage")
        with cursor.copy(staging.COPY) as copy:
            copy.set_types(list(STAGED.values()))
            for row in rows:
                copy.write_row(row.values)
        cursor.execute(staging.INSERT, {"recent": at - MINUTES_KEPT})
        return int(cursor.fetchone()[0])
