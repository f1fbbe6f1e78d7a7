from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [
        ("prompts", "0007_plans_know_what_was_served"),
    ]

    operations = [
        migrations.AddIndex(
            "release",
            models.Index(
                F("prompt"),
                F("environment"),
                F("tenant"),
                F("lane"),
                F("number").desc(),
                name="release_by_lane",
                include=("id", "version"),
            ),
        ),
        migrations.AddIndex("release", models.Index(fields=["prompt", "-made_at", "-id"], name="release_newest_first")),
    ]
