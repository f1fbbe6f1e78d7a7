from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0007_who_made_a_key")]

    operations = [
        migrations.AddField("tenant", "max_calls", models.PositiveIntegerField(null=True, blank=True)),
        migrations.AddConstraint(
            "tenant",
            models.CheckConstraint(
                condition=models.Q(max_calls=None) | models.Q(max_calls__gte=1), name="tenant_has_some_place"
            ),
        ),
    ]
