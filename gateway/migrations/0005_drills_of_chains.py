import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import aiops.lib.uuid7


class Migration(migrations.Migration):
    dependencies = [
        ("gateway", "0004_triggers_hops_canaries_and_a_features_chain"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainDrill",
            fields=[
                (
                    "id",
                    models.UUIDField(default=aiops.lib.uuid7.new, editable=False, primary_key=True, serialize=False),
                ),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("started_by", models.CharField(max_length=254)),
                ("scheduled", models.BooleanField(default=False)),
                ("total", models.PositiveIntegerField(default=0)),
                ("answers", models.JSONField(default=list)),
                ("passed", models.BooleanField(default=False)),
                ("trouble", models.CharField(blank=True, max_length=1000)),
                (
                    "chain",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drills", to="gateway.chain"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["chain", "-id"], name="drills_of_a_chain")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(finished_at=None), fields=("chain",), name="one_drill_of_a_chain_at_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(passed=False) | Q(finished_at__isnull=False, trouble=""),
                        name="passed_chain_drills_are_finished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DrillPlan",
            fields=[
                (
                    "chain",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="drill_plan",
                        serialize=False,
                        to="gateway.chain",
                    ),
                ),
                ("every", models.CharField(choices=[("day", "Daily"), ("week", "Weekly, on Mondays")], max_length=4)),
                ("hour", models.PositiveSmallIntegerField()),
                ("since", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(hour__lte=23), name="drill_hour_is_of_a_day"),
                    models.CheckConstraint(condition=Q(every__in=["day", "week"]), name="drill_rhythm_is_known"),
                ],
            },
        ),
    ]
