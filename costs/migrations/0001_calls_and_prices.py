from decimal import Decimal

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import aiops.lib.uuid7

# Wide columns of one size first: what is padded is stored for every call.
CALLS = migrations.RunSQL(
    """
    CREATE TABLE costs_call (
      id uuid NOT NULL,
      tenant_id uuid NOT NULL,
      feature_id uuid NOT NULL,
      user_key uuid NOT NULL,
      price_version uuid,
      stop_id uuid,
      input_tokens integer NOT NULL,
      cached_tokens integer NOT NULL,
      cache_write_tokens integer NOT NULL,
      output_tokens integer NOT NULL,
      reasoning_tokens integer NOT NULL,
      audio_input_tokens integer NOT NULL,
      audio_output_tokens integer NOT NULL,
      latency_ms integer,
      first_chunk_ms integer,
      simulated boolean NOT NULL,
      streamed boolean NOT NULL,
      fallback boolean NOT NULL,
      estimated boolean NOT NULL,
      session varchar(200) NOT NULL,
      environment varchar(100) NOT NULL,
      model_asked varchar(200) NOT NULL,
      chain varchar(200) NOT NULL,
      model varchar(200) NOT NULL,
      provider varchar(200) NOT NULL,
      prompt_version varchar(200) NOT NULL,
      outcome varchar(20) NOT NULL,
      error_code varchar(200) NOT NULL,
      finish_reason varchar(200) NOT NULL,
      hops jsonb,
      cost_usd numeric,
      cost_input numeric,
      cost_cached numeric,
      cost_cache_write numeric,
      cost_output numeric,
      cost_fee numeric,
      saved_usd numeric,
      price_match varchar(20) NOT NULL,
      PRIMARY KEY (tenant_id, id),
      CONSTRAINT outcome_is_known CHECK (outcome IN
        ('ok', 'refused', 'stopped', 'over_budget', 'provider_error', 'cancelled', 'interrupted')),
      CONSTRAINT price_match_is_known CHECK (price_match IN ('exact', 'nothing_asked', 'unpriced')),
      CONSTRAINT cached_tokens_within_input CHECK (cached_tokens <= input_tokens - cache_write_tokens),
      CONSTRAINT reasoning_tokens_within_output CHECK (reasoning_tokens <= output_tokens),
      CONSTRAINT tokens_never_negative CHECK (input_tokens >= 0 AND cached_tokens >= 0
        AND cache_write_tokens >= 0 AND output_tokens >= 0 AND reasoning_tokens >= 0),
      CONSTRAINT unpriced_means_no_cost CHECK ((price_match = 'unpriced') = (cost_usd IS NULL)),
      CONSTRAINT cost_is_its_parts CHECK (
        cost_usd = cost_input + cost_cached + cost_cache_write + cost_output + cost_fee)
    ) PARTITION BY RANGE (id);
    CREATE INDEX calls_of_a_user ON costs_call (tenant_id, user_key, id);
    """,
    "DROP TABLE costs_call",
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0002_row_level_security_and_triggers"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeadLetter",
            fields=[
                (
                    "id",
                    models.UUIDField(default=aiops.lib.uuid7.new, editable=False, primary_key=True, serialize=False),
                ),
                ("file", models.CharField(max_length=255)),
                ("offset", models.BigIntegerField()),
                ("line", models.BinaryField()),
                ("fault", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("file", "offset"), name="one_letter_a_line")],
            },
        ),
        migrations.CreateModel(
            name="JournalPosition",
            fields=[
                ("file", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("offset", models.BigIntegerField()),
                ("low_water", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("low_water__gte", 0), ("low_water__lte", models.F("offset"))),
                        name="low_water_before_offset",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=aiops.lib.uuid7.new, editable=False, primary_key=True, serialize=False),
                ),
                ("provider", models.CharField(max_length=100)),
                ("model", models.CharField(max_length=200)),
                ("prices", models.JSONField()),
                ("valid_from", models.DateTimeField()),
                ("source", models.CharField(max_length=60)),
                ("content_hash", models.BinaryField(max_length=32)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["provider", "model"], name="prices_of_a_model")],
                "constraints": [models.UniqueConstraint(fields=("content_hash",), name="one_version_a_content")],
            },
        ),
        migrations.CreateModel(
            name="Budget",
            fields=[
                (
                    "id",
                    models.UUIDField(default=aiops.lib.uuid7.new, editable=False, primary_key=True, serialize=False),
                ),
                ("period", models.CharField(choices=[("month", "Month")], default="month", max_length=10)),
                ("amount_usd", models.DecimalField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "feature",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="budgets",
                        to="tenants.feature",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="budgets", to="tenants.tenant"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "feature", "period"),
                        name="one_budget_a_scope_and_period",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_usd__gt", 0), ("amount_usd__lt", Decimal("9000000"))),
                        name="budget_fits_nano_dollars",
                    ),
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[CALLS],
            state_operations=[
                migrations.CreateModel(
                    name="Call",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("id", models.UUIDField()),
                        ("user_key", models.UUIDField()),
                        ("session", models.CharField(max_length=200)),
                        ("environment", models.CharField(max_length=100)),
                        ("model_asked", models.CharField(max_length=200)),
                        ("chain", models.CharField(max_length=200)),
                        ("model", models.CharField(max_length=200)),
                        ("provider", models.CharField(max_length=200)),
                        ("prompt_version", models.CharField(max_length=200)),
                        ("outcome", models.CharField(max_length=20)),
                        ("error_code", models.CharField(max_length=200)),
                        ("finish_reason", models.CharField(max_length=200)),
                        ("hops", models.JSONField(null=True)),
                        ("input_tokens", models.IntegerField()),
                        ("cached_tokens", models.IntegerField()),
                        ("cache_write_tokens", models.IntegerField()),
                        ("output_tokens", models.IntegerField()),
                        ("reasoning_tokens", models.IntegerField()),
                        ("audio_input_tokens", models.IntegerField()),
                        ("audio_output_tokens", models.IntegerField()),
                        ("cost_usd", models.DecimalField(null=True)),
                        ("cost_input", models.DecimalField(null=True)),
                        ("cost_cached", models.DecimalField(null=True)),
                        ("cost_cache_write", models.DecimalField(null=True)),
                        ("cost_output", models.DecimalField(null=True)),
                        ("cost_fee", models.DecimalField(null=True)),
                        ("saved_usd", models.DecimalField(null=True)),
                        ("price_version", models.UUIDField(null=True)),
                        ("price_match", models.CharField(max_length=20)),
                        ("latency_ms", models.IntegerField(null=True)),
                        ("first_chunk_ms", models.IntegerField(null=True)),
                        ("stop_id", models.UUIDField(null=True)),
                        ("simulated", models.BooleanField()),
                        ("streamed", models.BooleanField()),
                        ("fallback", models.BooleanField()),
                        ("estimated", models.BooleanField()),
                        (
                            "feature",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="tenants.feature",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="tenants.tenant",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["tenant", "user_key", "id"], name="calls_of_a_user")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "outcome__in",
                                        [
                                            "ok",
                                            "refused",
                                            "stopped",
                                            "over_budget",
                                            "provider_error",
                                            "cancelled",
                                            "interrupted",
                                        ],
                                    )
                                ),
                                name="outcome_is_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("price_match__in", ["exact", "nothing_asked", "unpriced"])),
                                name="price_match_is_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "cached_tokens__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("input_tokens"), "-", models.F("cache_write_tokens")
                                        ),
                                    )
                                ),
                                name="cached_tokens_within_input",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reasoning_tokens__lte", models.F("output_tokens"))),
                                name="reasoning_tokens_within_output",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("cache_write_tokens__gte", 0),
                                    ("cached_tokens__gte", 0),
                                    ("input_tokens__gte", 0),
                                    ("output_tokens__gte", 0),
                                    ("reasoning_tokens__gte", 0),
                                ),
                                name="tokens_never_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("cost_usd", None), ("price_match", "unpriced")),
                                    models.Q(
                                        ("cost_usd__isnull", False),
                                        models.Q(("price_match", "unpriced"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="unpriced_means_no_cost",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "cost_usd",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        models.F("cost_input"), "+", models.F("cost_cached")
                                                    ),
                                                    "+",
                                                    models.F("cost_cache_write"),
                                                ),
                                                "+",
                                                models.F("cost_output"),
                                            ),
                                            "+",
                                            models.F("cost_fee"),
                                        ),
                                    )
                                ),
                                name="cost_is_its_parts",
                            ),
                        ],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="DailySpend",
            fields=[
                ("environment", models.CharField(max_length=100)),
                ("provider", models.CharField(max_length=200)),
                ("model", models.CharField(max_length=200)),
                ("simulated", models.BooleanField()),
                ("calls", models.BigIntegerField()),
                ("errors", models.BigIntegerField()),
                ("stopped", models.BigIntegerField()),
                ("refused", models.BigIntegerField()),
                ("fallbacks", models.BigIntegerField()),
                ("unpriced_calls", models.BigIntegerField()),
                ("input_tokens", models.BigIntegerField()),
                ("cached_tokens", models.BigIntegerField()),
                ("output_tokens", models.BigIntegerField()),
                ("cost_usd", models.DecimalField()),
                ("saved_usd", models.DecimalField()),
                ("latency_ms_sum", models.BigIntegerField()),
                ("timed_calls", models.BigIntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "day",
                        "environment",
                        "feature_id",
                        "provider",
                        "model",
                        "simulated",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                (
                    "feature",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.feature",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "daily spend",
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["day"], name="spend_by_day", pages_per_range=16
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EndUser",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.UUIDField()),
                ("label", models.CharField(max_length=200)),
                ("seen_at", models.DateTimeField()),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["tenant", "seen_at"], name="users_seen_lately")],
            },
        ),
        migrations.CreateModel(
            name="HourlySpend",
            fields=[
                ("environment", models.CharField(max_length=100)),
                ("provider", models.CharField(max_length=200)),
                ("model", models.CharField(max_length=200)),
                ("simulated", models.BooleanField()),
                ("calls", models.BigIntegerField()),
                ("errors", models.BigIntegerField()),
                ("stopped", models.BigIntegerField()),
                ("refused", models.BigIntegerField()),
                ("fallbacks", models.BigIntegerField()),
                ("unpriced_calls", models.BigIntegerField()),
                ("input_tokens", models.BigIntegerField()),
                ("cached_tokens", models.BigIntegerField()),
                ("output_tokens", models.BigIntegerField()),
                ("cost_usd", models.DecimalField()),
                ("saved_usd", models.DecimalField()),
                ("latency_ms_sum", models.BigIntegerField()),
                ("timed_calls", models.BigIntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "hour",
                        "environment",
                        "feature_id",
                        "provider",
                        "model",
                        "prompt_version",
                        "simulated",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("hour", models.DateTimeField()),
                ("prompt_version", models.CharField(max_length=200)),
                (
                    "feature",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.feature",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "hourly spend",
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["hour"], name="spend_by_hour", pages_per_range=16
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MinuteTraffic",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "minute",
                        "feature_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("minute", models.DateTimeField()),
                ("calls", models.BigIntegerField()),
                ("errors", models.BigIntegerField()),
                ("stopped", models.BigIntegerField()),
                ("last_at", models.DateTimeField()),
                (
                    "feature",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.feature",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "minute traffic",
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["minute"], name="traffic_by_minute", pages_per_range=16
                    )
                ],
            },
        ),
    ]
