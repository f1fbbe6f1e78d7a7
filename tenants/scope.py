"""Which tenants' rows the current transaction may see and write."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal
from uuid import UUID

from django.db import connection, transaction

type Tenants = Literal["*"] | Collection[UUID]

ALL: Final = "*"
_IS_OVER_ALL: Final = ContextVar("is_over_all", default=False)


@contextmanager
def scope(tenants: Tenants) -> Iterator[None]:
    """A transaction that sees the rows of these tenants only; `ALL` is for staff over everything and for loaders."""
    is_inner, was_over_all = connection.in_atomic_block, is_over_all()
    try:
        with transaction.atomic():
            before = _current() if is_inner else ""
            widen(tenants)
            yield
            # SET LOCAL ends with its transaction but outlives an inner block; an error rolls back to the savepoint,
            # and the setting with it.
            if is_inner and not connection.needs_rollback:
                _set(before)
    finally:
        _IS_OVER_ALL.set(was_over_all)


def widen(tenants: Tenants) -> None:
    """Set the scope of the block that is already open, once it is known who asks."""
    _set(_literal(tenants))
    _IS_OVER_ALL.set(tenants == ALL)


def is_over_all() -> bool:
    """Whether whoever is answered just now is over all tenants; False outside of any scope."""
    return _IS_OVER_ALL.get()


def _literal(tenants: Tenants) -> str:
    if tenants == ALL:
        return ALL
    # UUID() refuses anything that could break out of the literal.
    return "{" + ",".join(sorted(str(UUID(str(tenant))) for tenant in tenants)) + "}"


def _current() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.tenants', true), '')")
        return str(cursor.fetchone()[0])


def _set(literal: str) -> None:
    # The statement, not set_config(): Citus forwards only the statement to its workers.
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL app.tenants = '{literal}'")
