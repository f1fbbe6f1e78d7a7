from django.db import migrations

from tenants import schema

# A write through another tenant's connection would reach another customer's system.
OWN_CONNECTION = migrations.RunSQL(
    """
    ALTER TABLE integrations_write ADD CONSTRAINT write_goes_through_its_tenants_connection
      FOREIGN KEY (tenant_id, connection_id) REFERENCES integrations_connection (tenant_id, id);
    """,
    "ALTER TABLE integrations_write DROP CONSTRAINT write_goes_through_its_tenants_connection;",
)
# What was asked, and approved, is what is sent; what was done stays so.
ONE_WAY = migrations.RunSQL(
    """
    CREATE FUNCTION refuse_rewriting_a_write() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (NEW.tenant_id, NEW.id, NEW.connection_id, NEW.action, NEW.key, NEW.body_digest, NEW.input, NEW.before,
          NEW.after, NEW.payload, NEW.writes, NEW.asked_at, NEW.asked_by_kind, NEW.asked_by_id, NEW.asked_by_label,
          NEW.call_id, NEW.feature_id, NEW.prompt_version, NEW.undoes)
        IS DISTINCT FROM
         (OLD.tenant_id, OLD.id, OLD.connection_id, OLD.action, OLD.key, OLD.body_digest, OLD.input, OLD.before,
          OLD.after, OLD.payload, OLD.writes, OLD.asked_at, OLD.asked_by_kind, OLD.asked_by_id, OLD.asked_by_label,
          OLD.call_id, OLD.feature_id, OLD.prompt_version, OLD.undoes) THEN
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
    CREATE TRIGGER refuse_rewriting BEFORE UPDATE ON integrations_write
      FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_a_write();
    CREATE TRIGGER refuse_removing BEFORE DELETE ON integrations_write
      FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON integrations_write
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    """,
    """
    DROP TRIGGER refuse_truncate ON integrations_write;
    DROP TRIGGER refuse_removing ON integrations_write;
    DROP TRIGGER refuse_rewriting ON integrations_write;
    DROP FUNCTION refuse_rewriting_a_write();
    """,
)


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0001_connections_and_writes"),
        ("tenants", "0002_row_level_security_and_triggers"),
    ]

    operations = [
        schema.tenant_rows("integrations_connection"),
        schema.tenant_rows("integrations_write"),
        OWN_CONNECTION,
        ONE_WAY,
    ]
