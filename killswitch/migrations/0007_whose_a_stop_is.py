from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("killswitch", "0006_notices"),
    ]

    operations = [
        migrations.AddField(
            model_name="stop",
            name="by_operator",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="stop",
            name="careful_by_id",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="stop",
            name="careful_by_kind",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
        migrations.AddField(
            model_name="stop",
            name="careful_by_label",
            field=models.CharField(blank=True, default="", max_length=254),
        ),
        migrations.AddField(
            model_name="stop",
            name="careful_by_operator",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="stop",
            name="made_by_operator",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="stopevent",
            name="by_operator",
            field=models.BooleanField(default=True),
        ),
    ]
