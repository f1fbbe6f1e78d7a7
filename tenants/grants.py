"""What the application role may do: read and write rows, own nothing, never rewrite what is append-only."""

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql

# By app label: tables whose rows are only ever added.
APPEND_ONLY = {
    "tenants": ("tenants_auditentry",),
    "killswitch": ("killswitch_stopevent",),
    "costs": ("costs_call", "costs_priceversion"),
    "prompts": ("prompts_promptversion", "prompts_release"),
}
NO_DELETE = ("killswitch_stop", "tenants_revision", "integrations_write")
READ_ONLY = ("django_migrations",)
# Run as the owner, for what the role may not do itself.
FUNCTIONS = {"costs": ("make_call_partition(date)",)}


def grant() -> None:
    """As the owner, after every migration. Partitions get nothing: whoever addresses one directly is refused."""
    role = settings.AIOPS_APP_ROLE
    with connection.cursor() as cursor:
        _run(cursor, "GRANT USAGE ON SCHEMA public TO {role}", role)
        _run(cursor, "REVOKE CREATE ON SCHEMA public FROM PUBLIC", role)
        _run(cursor, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}", role)
        for table in _tables(cursor):
            _run(cursor, "REVOKE ALL ON {table} FROM {role}", role, table)
            _run(cursor, f"GRANT {_rights(table)} ON {{table}} TO {{role}}", role, table)
        for function in _functions():
            _run(cursor, f"GRANT EXECUTE ON FUNCTION {function} TO {{role}}", role)


def _functions() -> list[str]:
    return [function for label, functions in FUNCTIONS.items() if apps.is_installed(label) for function in functions]


def _rights(table: str) -> str:
    if table in READ_ONLY:
        return "SELECT"
    if any(table in tables for label, tables in APPEND_ONLY.items() if apps.is_installed(label)):
        return "SELECT, INSERT"
    if table in NO_DELETE:
        return "SELECT, INSERT, UPDATE"
    return "SELECT, INSERT, UPDATE, DELETE"


def _tables(cursor: CursorWrapper) -> list[str]:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND NOT relispartition"
    )
    return [name for (name,) in cursor.fetchall()]


def _run(cursor: CursorWrapper, statement: str, role: str, table: str = "") -> None:
    names = {"role": sql.Identifier(role), "table": sql.Identifier(table)}
    cursor.execute(sql.SQL(statement).format(**names))
