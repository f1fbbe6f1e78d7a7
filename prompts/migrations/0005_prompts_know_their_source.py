from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("prompts", "0004_releases_have_lanes_and_may_wait"),
    ]

    operations = [
        migrations.AddField(
            model_name="prompt",
            name="source",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="prompt",
            name="orphaned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
