import django.db.models.deletion
from django.db import migrations, models

import aiops.lib.uuid7


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0002_row_level_security_and_triggers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Connection",
            fields=[
                (
                    "id",
                    models.UUIDField(default=aiops.lib.uuid7.new, editable=False, primary_key=True, serialize=False),
                ),
                ("slug", models.CharField(max_length=63)),
                ("name", models.CharField(max_length=200)),
                ("system", models.CharField(max_length=40)),
                ("address", models.CharField(max_length=500)),
                ("allow_private", models.BooleanField(default=False)),
                ("settings", models.JSONField(default=dict)),
                ("key_sealed", models.BinaryField()),
                ("key_last_four", models.CharField(max_length=4)),
                ("acts_as", models.CharField(max_length=200)),
                ("environment", models.CharField(default="production", max_length=30)),
                (
                    "writes",
                    models.CharField(
                        choices=[
                            ("dry_run", "Dry run: shown, never sent"),
                            ("approve", "Approve: a person decides on each"),
                            ("allow", "Allow: sent at once"),
                        ],
                        default="approve",
                        max_length=10,
                    ),
                ),
                ("is_enabled", models.BooleanField(default=True)),
                (
                    "health",
                    models.CharField(
                        choices=[
                            ("unknown", "unknown"),
                            ("ok", "ok"),
                            ("unreachable", "unreachable"),
                            ("wrong_key", "wrong_key"),
                            ("wrong_database", "wrong_database"),
                            ("wrong_user", "wrong_user"),
                            ("no_rights", "no_rights"),
                            ("faulty", "faulty"),
                        ],
                        default="unknown",
                        max_length=20,
                    ),
                ),
                ("health_says", models.CharField(blank=True, max_length=500)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=254)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="connections", to="tenants.tenant"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                ("action", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=250)),
                ("body_digest", models.CharField(max_length=64)),
                ("input", models.JSONField()),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField()),
                ("payload", models.JSONField()),
                (
                    "writes",
                    models.CharField(
                        choices=[
                            ("dry_run", "Dry run: shown, never sent"),
                            ("approve", "Approve: a person decides on each"),
                            ("allow", "Allow: sent at once"),
                        ],
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("asked_by_kind", models.CharField(max_length=10)),
                ("asked_by_id", models.CharField(max_length=64)),
                ("asked_by_label", models.CharField(max_length=254)),
                ("user_key", models.UUIDField(null=True)),
                ("call_id", models.UUIDField(null=True)),
                ("prompt_version", models.CharField(blank=True, max_length=200)),
                ("undoes", models.UUIDField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Dry run"),
                            ("waiting", "Waiting for approval"),
                            ("sending", "Being sent"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("unknown", "Not known yet"),
                            ("declined", "Declined"),
                            ("undone", "Undone"),
                        ],
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by_kind", models.CharField(blank=True, max_length=10)),
                ("decided_by_id", models.CharField(blank=True, max_length=64)),
                ("decided_by_label", models.CharField(blank=True, max_length=254)),
                ("decision_note", models.TextField(blank=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("external_id", models.CharField(blank=True, max_length=200)),
                ("result", models.JSONField(null=True)),
                ("error_code", models.CharField(blank=True, max_length=40)),
                ("error", models.CharField(blank=True, max_length=1000)),
                ("may_retry", models.BooleanField(default=False)),
                (
                    "connection",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="integrations.connection",
                    ),
                ),
                (
                    "feature",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.feature",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "db_table": "integrations_write",
            },
        ),
        migrations.AddConstraint(
            model_name="connection",
            constraint=models.UniqueConstraint(fields=("tenant", "slug"), name="connection_slug_once_a_tenant"),
        ),
        migrations.AddConstraint(
            model_name="connection",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="connection_with_its_tenant"),
        ),
        migrations.AddConstraint(
            model_name="connection",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^[a-z0-9][a-z0-9-]*$")), name="connection_slug_is_plain"
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["id"], name="writes_by_id"),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["tenant", "state", "id"], name="writes_by_state"),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(
                condition=models.Q(("state__in", ["sending", "unknown"])),
                fields=["state", "sent_at"],
                name="writes_in_doubt",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(fields=("tenant", "key"), name="one_write_a_key"),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["failed", "declined"]), _negated=True),
                fields=("tenant", "undoes"),
                name="undone_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["done", "undone"]), _negated=True),
                    models.Q(("external_id", ""), _negated=True),
                    _connector="OR",
                ),
                name="done_says_what_was_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["sending", "unknown"]), _negated=True),
                    ("sent_at__isnull", False),
                    _connector="OR",
                ),
                name="sent_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_at", None), models.Q(("decided_by_id", ""), _negated=True), _connector="OR"
                ),
                name="decided_says_by_whom",
            ),
        ),
    ]
