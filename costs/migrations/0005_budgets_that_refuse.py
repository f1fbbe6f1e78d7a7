import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import aiops.lib.uuid7
from tenants import schema


class Migration(migrations.Migration):
    dependencies = [
        ("costs", "0004_calls_are_found_by_time"),
    ]

    operations = [
        # Until now no budget refused a call: those that are there go on telling only.
        migrations.AddField(
            model_name="budget",
            name="kind",
            field=models.CharField(
                choices=[("soft", "Soft: alerts only"), ("hard", "Hard: refuses calls")], default="soft", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="budget",
            name="counted_since",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AlterField(
            model_name="budget",
            name="period",
            field=models.CharField(
                choices=[("day", "Day"), ("week", "Week"), ("month", "Month"), ("total", "Total")],
                default="month",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["soft", "hard"])), name="budget_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(("period__in", ["day", "week", "month", "total"])), name="budget_period_is_known"
            ),
        ),
        migrations.CreateModel(
            name="BudgetAlert",
            fields=[
                (
                    "id",
                    models.UUIDField(default=aiops.lib.uuid7.new, editable=False, primary_key=True, serialize=False),
                ),
                ("period_start", models.DateTimeField()),
                ("threshold", models.IntegerField()),
                ("spent_usd", models.DecimalField()),
                ("amount_usd", models.DecimalField()),
                ("at", models.DateTimeField()),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="alerts", to="costs.budget"
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenants.tenant"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("budget", "period_start", "threshold"), name="one_alert_a_threshold_and_period"
                    )
                ],
            },
        ),
        schema.tenant_rows("costs_budgetalert"),
        schema.bumps("costs_budget", "config"),
        # Calls that were refused for a budget are counted beside it; they are few among all.
        migrations.RunSQL(
            "CREATE INDEX calls_over_budget ON costs_call (tenant_id, id) WHERE outcome = 'over_budget'",
            "DROP INDEX calls_over_budget",
        ),
    ]
