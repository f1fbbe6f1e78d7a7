from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gateway", "0005_drills_of_chains"),
    ]

    operations = [
        migrations.AddField(
            model_name="provider",
            name="api",
            field=models.CharField(
                choices=[("openai", "OpenAI"), ("anthropic", "Anthropic")], default="openai", max_length=20
            ),
        ),
        migrations.AddField(
            model_name="provider",
            name="has_responses",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="provider",
            constraint=models.CheckConstraint(
                condition=models.Q(("api__in", ["openai", "anthropic"])), name="provider_api_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="provider",
            constraint=models.CheckConstraint(
                condition=models.Q(("has_responses", False), ("api", "openai"), _connector="OR"),
                name="only_openais_api_has_responses",
            ),
        ),
    ]
