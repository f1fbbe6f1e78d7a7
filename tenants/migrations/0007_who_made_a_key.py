from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0006_features_say_what_is_safe")]

    operations = [
        migrations.AddIndex(
            "auditentry",
            models.Index(fields=["tenant", "object"], name="audit_keys_made", condition=models.Q(action="key.created")),
        ),
    ]
