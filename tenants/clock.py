from datetime import UTC, datetime

from django.db import connection


def database_now() -> datetime:
    """The database's clock, which processes' signs of life carry too: a worker whose own is fast would lift early."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now.astimezone(UTC)
