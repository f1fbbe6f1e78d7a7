import django.db.models.deletion
from django.db import migrations, models

from tenants import schema


class Migration(migrations.Migration):
    dependencies = [
        ("gateway", "0006_providers_say_what_they_speak"),
        ("tenants", "0007_who_made_a_key"),
    ]

    operations = [
        migrations.CreateModel(
            name="ResponseCache",
            fields=[
                (
                    "feature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="response_cache",
                        serialize=False,
                        to="tenants.feature",
                    ),
                ),
                ("seconds", models.PositiveIntegerField(default=0)),
                ("generation", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seconds__lte", 604800)), name="answers_are_kept_a_week_at_most"
                    )
                ],
            },
        ),
        schema.bumps("gateway_responsecache", "config"),
    ]
