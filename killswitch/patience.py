"""How long a block of queries may take, all of them together."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def within(milliseconds: int) -> Iterator[None]:
    """Raises TimeoutError, or the database's own, once they are over. In an atomic block, which undoes the limit.

    What a query is given is told PostgreSQL anew only once half of it is gone, as each telling is a round trip: the
    last query may so be over by half as much again.
    """
    ends, given = time.monotonic() + milliseconds / 1000, 0

    def run(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal given
        left = int((ends - time.monotonic()) * 1000)
        # To PostgreSQL 0 is no limit.
        if left <= 0:
            raise TimeoutError(f"{milliseconds} ms are over")
        if not given or left < given / 2:
            # Past the wrappers of Django's cursor, of which this is one.
            context["cursor"].cursor.execute(f"SET LOCAL statement_timeout = {left}")
            given = left
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run):
        yield
    # It would outlive a savepoint.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
