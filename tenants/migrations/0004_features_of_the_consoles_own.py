from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0003_processes_say_what_is_wrong"),
    ]

    operations = [
        migrations.AddField(
            model_name="feature",
            name="is_own",
            field=models.BooleanField(db_default=False, default=False),
        ),
        # As eval suites declared them until now; nobody else's features are described so.
        migrations.RunSQL(
            "UPDATE tenants_feature SET is_own = true WHERE slug LIKE 'eval-%' AND description = 'Calls of eval runs.'",
            migrations.RunSQL.noop,
        ),
    ]
