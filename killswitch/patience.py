"""How long a block of queries may take, all of them together."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def within(milliseconds: int) -> Iterator[None]:
    """Raises TimeoutError, or the database's own, once they are over. In an atomic block, which undoes the limit."""
    ends = time.monotonic() + milliseconds / 1000

    def run(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        left = int((ends - time.monotonic()) * 1000)
        # To PostgreSQL 0 is no limit.
        if left <= 0:
            raise TimeoutError(f"{milliseconds} ms are over")
        # Past the wrappers of Django's cursor, of which this is one.
        context["cursor"].cursor.execute(f"SET LOCAL statement_timeout = {left}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run):
        yield
    # It would outlive a savepoint.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
