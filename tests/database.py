"""Clearing what committed tests left behind, as the owner: the application role may not."""

import os
from contextlib import suppress

import psycopg

_KEPT = {"tenants_revision", "django_migrations", "django_content_type"}
_TRIES = 5
_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
"""


def clear() -> None:
    for _ in range(_TRIES - 1):
        # A process that is just ending may hold what this waits for, and wait for what this holds.
        with suppress(psycopg.errors.DeadlockDetected):
            return _clear()
    return _clear()


def _clear() -> None:
    with psycopg.connect(os.environ["AIOPS_TEST_OWNER_URL"], autocommit=True) as owner:
        tables = [name for (name,) in owner.execute(_TABLES).fetchall() if name not in _KEPT]
        with owner.transaction():
            for table in tables:
                owner.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            owner.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in tables) + " CASCADE")
            for table in tables:
                owner.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
