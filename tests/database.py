"""Rows that last for longer than a test; and clearing what committed tests left behind.

That is done as the owner: the application role may not.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from django.db import transaction
from psycopg import sql
from pytest_django import DjangoDbBlocker

from tenants.scope import ALL, scope

_KEPT = ["tenants_revision", "django_migrations", "django_content_type"]
_TRIES = 5
_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname != ALL (%s)
"""
# A process that is just ending may hold what this waits for, and wait for what this holds.
_IN_THE_WAY = (psycopg.errors.DeadlockDetected,)


@contextmanager
def lasting(blocker: DjangoDbBlocker) -> Iterator[None]:
    """A transaction around a module's tests: rows made at its start are there in each, which takes back its own."""
    with blocker.unblock(), transaction.atomic():
        with scope(ALL):
            yield
        transaction.set_rollback(True)


def clear() -> None:
    for _ in range(_TRIES - 1):
        with suppress(*_IN_THE_WAY):
            return _clear()
    return _clear()


def _clear() -> None:
    """Rows are deleted, where there are any: TRUNCATE makes new files for every table and each of its indexes."""
    with as_owner() as owner, without_triggers(owner, filled_tables(owner)) as filled:
        if filled:
            _empty(owner, filled)


@contextmanager
def as_owner() -> Iterator[psycopg.Connection]:
    """One transaction, which sees every tenant's rows."""
    with psycopg.connect(os.environ["AIOPS_TEST_OWNER_URL"]) as owner:
        owner.execute("SET LOCAL app.tenants = '*'")
        yield owner


def filled_tables(owner: psycopg.Connection) -> list[sql.Identifier]:
    """Those in which there are rows; nobody writes any until the transaction ends."""
    tables = [sql.Identifier(name) for (name,) in owner.execute(_TABLES, [_KEPT]).fetchall()]
    # Whoever writes just now is waited for.
    owner.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(sql.SQL(", ").join(tables)))
    looks = sql.SQL(", ").join(sql.SQL("EXISTS (SELECT FROM {})").format(table) for table in tables)
    (found,) = owner.execute(sql.SQL("SELECT ARRAY[{}]").format(looks)).fetchall()
    return [table for table, is_filled in zip(tables, found[0], strict=True) if is_filled]


@contextmanager
def without_triggers(owner: psycopg.Connection, tables: list[sql.Identifier]) -> Iterator[list[sql.Identifier]]:
    each(owner, "ALTER TABLE {} DISABLE TRIGGER USER", tables)
    yield tables
    each(owner, "ALTER TABLE {} ENABLE TRIGGER USER", tables)


def each(owner: psycopg.Connection, statement: str, tables: list[sql.Identifier]) -> None:
    if tables:
        owner.execute(sql.SQL("; ").join(sql.SQL(statement).format(table) for table in tables))


def _empty(owner: psycopg.Connection, tables: list[sql.Identifier]) -> None:
    """In one statement, at whose end references are looked at."""
    deletes = [sql.SQL("{} AS (DELETE FROM {})").format(sql.Identifier(f"d{n}"), t) for n, t in enumerate(tables)]
    owner.execute(sql.SQL("WITH {} SELECT").format(sql.SQL(", ").join(deletes)))
    owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
