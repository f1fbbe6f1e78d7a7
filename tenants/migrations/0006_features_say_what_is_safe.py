from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0005_revisions_carry_marks"),
    ]

    operations = [
        migrations.AddField(
            model_name="feature",
            name="safe_answer",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
