from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gateway", "0007_features_may_keep_answers"),
    ]

    operations = [
        migrations.AddField("chaindrill", "held_by", models.UUIDField(blank=True, null=True)),
        migrations.AddField("chaindrill", "held_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("chaindrill", "members", models.JSONField(default=list, db_default=[])),
    ]
