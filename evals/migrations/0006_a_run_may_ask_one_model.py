from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("evals", "0005_thresholds_are_calibrated_from_runs"),
    ]

    operations = [
        migrations.AddField("run", "model", models.CharField(max_length=100, blank=True, default="", db_default="")),
        migrations.AlterField(
            "run",
            "kind",
            models.CharField(
                max_length=10,
                choices=[
                    ("comparison", "Comparison"),
                    ("first", "First"),
                    ("canary", "Canary"),
                    ("confidence", "Confidence"),
                    ("model", "Model"),
                ],
            ),
        ),
        migrations.AddConstraint(
            "run",
            models.CheckConstraint(
                condition=Q(kind="model") & ~Q(model="") | ~Q(kind="model") & Q(model=""),
                name="only_a_models_run_names_it",
            ),
        ),
    ]
