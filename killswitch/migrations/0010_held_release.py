from django.db import migrations, models

from tenants import schema


class Migration(migrations.Migration):
    dependencies = [("killswitch", "0009_a_floor_for_cost")]

    operations = [
        # The table stays: gateways of the release before read it while this one is put in place.
        migrations.AlterModelTable(name="release", table="killswitch_release"),
        migrations.RenameModel(old_name="Release", new_name="HeldRelease"),
        migrations.CreateModel(
            name="HeldReview",
            fields=[
                ("stop_id", models.UUIDField(primary_key=True, serialize=False)),
                ("target", models.CharField(max_length=160)),
                ("reviewed_at", models.DateTimeField()),
                ("reviewed_by_id", models.CharField(max_length=64)),
                ("reviewed_by", models.CharField(max_length=254)),
                ("note", models.TextField()),
            ],
        ),
        schema.append_only("killswitch_heldreview"),
    ]
