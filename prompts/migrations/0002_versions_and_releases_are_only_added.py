from django.db import migrations

from tenants import schema

OWN_TEXT = migrations.RunSQL(
    """
    ALTER TABLE prompts_release ADD CONSTRAINT release_serves_its_own_prompt
      FOREIGN KEY (version_id, prompt_id) REFERENCES prompts_promptversion (id, prompt_id);
    """,
    "ALTER TABLE prompts_release DROP CONSTRAINT release_serves_its_own_prompt;",
)


class Migration(migrations.Migration):
    dependencies = [
        ("prompts", "0001_prompts_versions_releases"),
        ("tenants", "0002_row_level_security_and_triggers"),
    ]

    operations = [
        schema.append_only("prompts_promptversion"),
        schema.append_only("prompts_release"),
        schema.bumps("prompts_promptversion", "config"),
        schema.bumps("prompts_release", "config"),
        OWN_TEXT,
    ]
