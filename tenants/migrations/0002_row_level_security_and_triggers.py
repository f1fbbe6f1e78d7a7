import uuid

from django.db import migrations

from tenants import schema


def add_revisions(apps, schema_editor):
    Revision = apps.get_model("tenants", "Revision")
    for name in ("stops", "config"):
        Revision.objects.get_or_create(name=name, defaults={"generation": uuid.uuid4()})


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_people_keys_audit_revisions")]

    operations = [
        schema.FUNCTIONS,
        migrations.RunPython(add_revisions, migrations.RunPython.noop),
        schema.tenant_rows("tenants_tenant", "id"),
        schema.tenant_rows("tenants_membership"),
        schema.tenant_rows("tenants_apikey"),
        schema.tenant_rows("tenants_auditentry"),
        schema.tenant_rows("tenants_datakey"),
        schema.append_only("tenants_auditentry"),
        schema.bumps("tenants_tenant", "config"),
        schema.bumps("tenants_feature", "config"),
        schema.bumps("tenants_apikey", "config"),
    ]
