from django.db import migrations

from tenants import schema


class Migration(migrations.Migration):
    dependencies = [
        ("prompts", "0009_no_release_or_plan_contradicts_itself"),
        ("tenants", "0002_row_level_security_and_triggers"),
    ]

    operations = [
        schema.tenant_rows("prompts_release"),
        schema.shared_is_seen("prompts_release"),
        schema.tenant_rows("prompts_plannedrelease"),
        schema.shared_is_seen("prompts_plannedrelease"),
    ]
