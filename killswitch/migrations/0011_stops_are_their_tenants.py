from django.db import migrations

# Outside of any scope all is seen, unlike in other tables: gateways read the stops there, and one that is hidden from
# them is a stop undone.
_OPEN = "(SELECT coalesce(current_setting('app.tenants', true), '') IN ('', '*'))"
_THEIRS = "ANY ((SELECT app_tenants())::uuid[])"


def locked(table: str, **policies: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            *(f"CREATE POLICY {name} ON {table} {policy}" for name, policy in policies.items()),
        ],
        [
            *(f"DROP POLICY {name} ON {table}" for name in policies),
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("killswitch", "0010_held_release"),
        ("tenants", "0002_row_level_security_and_triggers"),
    ]

    operations = [
        locked(
            "killswitch_stop",
            tenant_rows=f"USING ({_OPEN} OR tenant_id = {_THEIRS})",
            # Pages say that something is off for everyone, and actions are refused by it.
            shared_is_seen="FOR SELECT USING (tenant_id IS NULL)",
        ),
        locked(
            "killswitch_stopevent",
            tenant_rows=f"USING ({_OPEN} OR EXISTS ("
            f"SELECT FROM killswitch_stop s WHERE s.id = stop_id AND s.tenant_id = {_THEIRS}))",
        ),
        locked("killswitch_release", of_the_operator=f"USING ({_OPEN})"),
        locked("killswitch_heldreview", of_the_operator=f"USING ({_OPEN})"),
    ]
