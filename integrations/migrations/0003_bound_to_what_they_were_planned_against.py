from django.db import migrations, models

_ASKED = (
    "tenant_id", "id", "connection_id", "action", "key", "body_digest", "input", "before", "after", "payload", "writes",
    "asked_at", "asked_by_kind", "asked_by_id", "asked_by_label", "call_id", "feature_id", "prompt_version", "undoes",
)  # fmt: skip


def one_way(*columns: str) -> str:
    """What was asked, and approved, is what is sent; what was done stays so."""
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("NEW", "OLD"))
    return f"""
    CREATE OR REPLACE FUNCTION refuse_rewriting_a_write() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF ({new}) IS DISTINCT FROM ({old}) THEN
        RAISE EXCEPTION 'what was asked of write % cannot be changed', OLD.id USING ERRCODE = 'insufficient_privilege';
      END IF;
      IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[
          'waiting>sending', 'waiting>declined', 'sending>done', 'sending>failed', 'sending>unknown',
          'unknown>done', 'unknown>failed', 'failed>sending', 'failed>waiting', 'failed>declined', 'done>undone'])) THEN
        RAISE EXCEPTION 'a write that is % cannot become %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
      END IF;
      IF NEW.state <> OLD.state AND NEW.version <= OLD.version THEN
        RAISE EXCEPTION 'a write that changes moves its version' USING ERRCODE = 'check_violation';
      END IF;
      RETURN NEW;
    END $$;
    """


# Of what was asked before the connection's last change nobody knows where it was to go: it stays empty, and is not sent.
FILL = """
    SET LOCAL app.tenants = '*';
    UPDATE integrations_write AS written SET planned_against = jsonb_build_object(
        'system', place.system, 'address', place.address, 'settings', place.settings, 'acts_as', place.acts_as,
        'key', left(encode(sha256(place.key_sealed), 'hex'), 16))
      FROM integrations_connection AS place
      WHERE place.id = written.connection_id AND place.changed_at <= written.asked_at;
    UPDATE integrations_write SET doubted_at = sent_at, looked_at = ended_at WHERE state = 'unknown';
    SET LOCAL app.tenants = '';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0002_a_tenants_own_and_one_way_only"),
    ]

    operations = [
        migrations.AddField("ledgerentry", "planned_against", models.JSONField(null=True)),
        migrations.AddField("ledgerentry", "doubted_at", models.DateTimeField(null=True)),
        migrations.AddField("ledgerentry", "looked_at", models.DateTimeField(null=True)),
        migrations.AddField("ledgerentry", "remark", models.CharField(max_length=500, blank=True, default="")),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(one_way(*_ASKED, "planned_against"), one_way(*_ASKED)),
    ]
