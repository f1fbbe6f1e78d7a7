from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("prompts", "0006_versions_know_their_size"),
    ]

    operations = [
        migrations.AddField("plannedrelease", "newest_at_ask", models.PositiveIntegerField(editable=False, null=True)),
    ]
