from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("costs", "0005_budgets_that_refuse"),
    ]

    operations = [
        migrations.AddIndex(
            "call",
            models.Index(fields=["id"], condition=Q(fallback=True) | ~Q(outcome="ok"), name="calls_that_went_wrong"),
        ),
        migrations.AddIndex("enduser", models.Index(fields=["label", "tenant"], name="users_by_label")),
    ]
