from django.conf import settings
from django.db import migrations

from tenants import schema

TIME = migrations.RunSQL(
    """
    CREATE FUNCTION uuid7_floor(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN rpad(lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0'), 32, '0')::uuid;

    CREATE FUNCTION uuid7_time(id uuid) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN to_timestamp(
        ('x' || left(id::text, 8) || substr(id::text, 10, 4))::bit(48)::bigint / 1000.0::double precision);
    """,
    """
    DROP FUNCTION uuid7_time(uuid);
    DROP FUNCTION uuid7_floor(timestamptz);
    """,
)

# Runs as the owner, for a role that may make no tables. ATTACH lets calls be read and recorded meanwhile, which
# CREATE TABLE … PARTITION OF would not. Locked and without policy: who addresses a partition directly sees nothing.
PARTITIONS = migrations.RunSQL(
    """
    CREATE FUNCTION make_call_partition(day date) RETURNS boolean
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
    DECLARE
      partition text := 'costs_call_' || to_char(day, 'YYYYMMDD');
    BEGIN
      IF day IS NULL OR day NOT BETWEEN '2020-01-01' AND '2099-12-31' THEN
        RAISE EXCEPTION 'no partition for %: days of 2020 to 2099 only', day USING ERRCODE = 'check_violation';
      END IF;
      IF to_regclass('public.' || partition) IS NOT NULL THEN
        RETURN false;
      END IF;
      PERFORM pg_advisory_xact_lock(hashtext('make_call_partition'));
      IF to_regclass('public.' || partition) IS NOT NULL THEN
        RETURN false;
      END IF;
      EXECUTE format('CREATE TABLE public.%I (LIKE public.costs_call INCLUDING ALL)', partition);
      EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', partition);
      IF session_user <> current_user THEN
        EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC, %I', partition, session_user);
      END IF;
      EXECUTE format('ALTER TABLE public.costs_call ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        partition, public.uuid7_floor(day::timestamptz), public.uuid7_floor((day + 1)::timestamptz));
      RETURN true;
    END $$;
    REVOKE ALL ON FUNCTION make_call_partition(date) FROM PUBLIC;
    """,
    "DROP FUNCTION make_call_partition(date)",
)


def let_the_application_make_partitions(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [settings.AIOPS_APP_ROLE])
        if cursor.fetchone() is not None:
            role = schema_editor.quote_name(settings.AIOPS_APP_ROLE)
            cursor.execute(f"GRANT EXECUTE ON FUNCTION make_call_partition(date) TO {role}")


class Migration(migrations.Migration):
    dependencies = [
        ("costs", "0001_calls_and_prices"),
        ("tenants", "0002_row_level_security_and_triggers"),
    ]

    operations = [
        TIME,
        PARTITIONS,
        migrations.RunPython(let_the_application_make_partitions, migrations.RunPython.noop),
        migrations.RunSQL(
            "SELECT make_call_partition(current_date + ahead) FROM generate_series(-1, 7) ahead",
            migrations.RunSQL.noop,
        ),
        schema.tenant_rows("costs_call"),
        schema.tenant_rows("costs_enduser"),
        schema.tenant_rows("costs_hourlyspend"),
        schema.tenant_rows("costs_dailyspend"),
        schema.tenant_rows("costs_minutetraffic"),
        schema.tenant_rows("costs_budget"),
        schema.append_only("costs_priceversion"),
        schema.bumps("costs_priceversion", "config"),
        # Rows of the current hour and minute are rewritten with every batch: room on their page keeps that cheap.
        migrations.RunSQL(
            """
            ALTER TABLE costs_hourlyspend SET (fillfactor = 80);
            ALTER TABLE costs_dailyspend SET (fillfactor = 80);
            ALTER TABLE costs_minutetraffic SET (fillfactor = 80);
            """,
            """
            ALTER TABLE costs_minutetraffic RESET (fillfactor);
            ALTER TABLE costs_dailyspend RESET (fillfactor);
            ALTER TABLE costs_hourlyspend RESET (fillfactor);
            """,
        ),
    ]
