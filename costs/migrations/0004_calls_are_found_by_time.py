from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("costs", "0003_a_call_counts_its_quotes"),
    ]

    operations = [
        migrations.AddIndex(
            "call", BrinIndex(fields=["id"], autosummarize=True, pages_per_range=16, name="calls_by_time")
        ),
    ]
