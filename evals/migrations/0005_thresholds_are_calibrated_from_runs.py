import django.db.models.deletion
from django.db import migrations, models

import aiops.lib.uuid7


class Migration(migrations.Migration):
    dependencies = [
        ("evals", "0004_one_canary_of_a_version_at_once"),
        ("prompts", "0003_versions_know_who_pushed_them"),
        ("tenants", "0007_who_made_a_key"),
    ]

    operations = [
        migrations.CreateModel(
            name="Calibration",
            fields=[
                (
                    "id",
                    models.UUIDField(default=aiops.lib.uuid7.new, editable=False, primary_key=True, serialize=False),
                ),
                ("target", models.DecimalField(decimal_places=4, max_digits=5)),
                ("threshold", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
                ("cases", models.PositiveIntegerField()),
                ("unmeasured", models.PositiveIntegerField()),
                ("answered", models.PositiveIntegerField()),
                ("wrong", models.PositiveIntegerField()),
                ("sentence", models.CharField(max_length=300)),
                ("made_at", models.DateTimeField()),
                ("made_by_kind", models.CharField(max_length=10)),
                ("made_by_id", models.CharField(max_length=64)),
                ("made_by_label", models.CharField(max_length=254)),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                ("applied_by", models.CharField(blank=True, max_length=254)),
                ("reason", models.TextField(blank=True)),
                ("threshold_before", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_by", models.CharField(blank=True, max_length=254)),
            ],
        ),
        migrations.AddField(
            model_name="result",
            name="confidence",
            field=models.DecimalField(decimal_places=4, max_digits=5, null=True),
        ),
        migrations.AddField(
            model_name="result",
            name="refusal",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="run",
            name="stands_for",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="confidence_runs",
                to="tenants.feature",
            ),
        ),
        migrations.AlterField(
            model_name="run",
            name="kind",
            field=models.CharField(
                choices=[
                    ("comparison", "Comparison"),
                    ("first", "First"),
                    ("canary", "Canary"),
                    ("confidence", "Confidence"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "confidence"), ("stands_for__isnull", False)),
                    models.Q(models.Q(("kind", "confidence"), _negated=True), ("stands_for", None)),
                    _connector="OR",
                ),
                name="only_confidence_stands_for_a_feature",
            ),
        ),
        migrations.AddField(
            model_name="calibration",
            name="feature",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="calibrations", to="tenants.feature"
            ),
        ),
        migrations.AddField(
            model_name="calibration",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="calibrations", to="evals.run"
            ),
        ),
        migrations.AddIndex(
            model_name="calibration",
            index=models.Index(fields=["feature", "-id"], name="calibrations_of_a_feature"),
        ),
        migrations.AddConstraint(
            model_name="calibration",
            constraint=models.CheckConstraint(
                condition=models.Q(("target__gt", 0), ("target__lt", 1)), name="target_is_a_share"
            ),
        ),
        migrations.AddConstraint(
            model_name="calibration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("threshold", None), models.Q(("threshold__gte", 0), ("threshold__lte", 1)), _connector="OR"
                ),
                name="threshold_is_a_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="calibration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("applied_at", None),
                    models.Q(("threshold__isnull", False), ("threshold_before__isnull", False)),
                    _connector="OR",
                ),
                name="what_is_applied_can_be_undone",
            ),
        ),
        migrations.AddConstraint(
            model_name="calibration",
            constraint=models.CheckConstraint(
                condition=models.Q(("undone_at", None), ("applied_at__isnull", False), _connector="OR"),
                name="only_what_was_applied_is_undone",
            ),
        ),
    ]
