"""Building blocks for migrations: row-level security and revision triggers, each reversible."""

from django.db.migrations import RunSQL

FUNCTIONS = RunSQL(
    """
    CREATE FUNCTION app_tenants() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
      RETURN nullif(nullif(current_setting('app.tenants', true), '*'), '')::uuid[];

    CREATE FUNCTION bump_revision() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE tenants_revision
        SET number = number + 1, changed_at = clock_timestamp(), bumped_in = pg_current_xact_id()::text::bigint
        WHERE name = TG_ARGV[0] AND bumped_in IS DISTINCT FROM pg_current_xact_id()::text::bigint;
      RETURN NULL;
    END $$;

    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
    END $$;
    """,
    """
    DROP FUNCTION refuse_change();
    DROP FUNCTION bump_revision();
    DROP FUNCTION app_tenants();
    """,
)


def tenant_rows(table: str, column: str = "tenant_id") -> RunSQL:
    """Only the rows of the scope's tenants exist, for the owner too.

    The (SELECT …) wrappers make the planner evaluate the setting once a query instead of once a row.
    """
    return RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_rows ON {table} USING (
          (SELECT current_setting('app.tenants', true) = '*') OR {column} = ANY ((SELECT app_tenants())::uuid[]));
        """,
        f"""
        DROP POLICY tenant_rows ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


def shared_is_seen(table: str, column: str = "tenant_id") -> RunSQL:
    """Beside `tenant_rows`: what is everybody's is read in every scope, and written over all tenants alone."""
    return RunSQL(
        f"CREATE POLICY shared_is_seen ON {table} FOR SELECT USING ({column} IS NULL);",
        f"DROP POLICY shared_is_seen ON {table};",
    )


def bumps(table: str, revision: str) -> RunSQL:
    """Every change of the table, whoever makes it, moves the revision at commit."""
    return RunSQL(
        f"""
        CREATE CONSTRAINT TRIGGER bump_revision AFTER INSERT OR UPDATE OR DELETE ON {table}
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bump_revision('{revision}');
        """,
        f"DROP TRIGGER bump_revision ON {table};",
    )


def append_only(table: str) -> RunSQL:
    """Rows are never changed or removed, whoever asks."""
    return RunSQL(
        f"""
        CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table}
          FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table}
          FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        """,
        f"DROP TRIGGER refuse_truncate ON {table}; DROP TRIGGER refuse_change ON {table};",
    )
