"""One run at a time over all processes, by a lock of the database that ends with whoever holds it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """False: another process is at it. No transaction is open meanwhile."""
    is_first = _asked("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", name)
    try:
        yield is_first
    finally:
        if is_first:
            _asked("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", name)


def _asked(statement: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [name])
        return bool(cursor.fetchone()[0])
