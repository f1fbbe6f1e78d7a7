"""One partition of calls a day, made ahead by the owner's function: the application role owns no table."""

from datetime import date

from django.db import connection


def make(from_day: date, until_day: date) -> int:
    """Make what is missing of these days, the last one excluded; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE make_call_partition(day::date))"
            " FROM generate_series(%s::date, %s::date - 1, interval '1 day') day",
            [from_day, until_day],
        )
        return int(cursor.fetchone()[0])
