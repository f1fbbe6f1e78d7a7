from django.db import migrations

from tenants import schema

# Deferred: the event is written after the stop, in the same transaction.
SEEN = migrations.RunSQL(
    """
    CREATE FUNCTION stop_change_is_seen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'UPDATE' AND NEW.version <= OLD.version
         OR NOT EXISTS (SELECT FROM killswitch_stopevent WHERE stop_id = NEW.id AND version = NEW.version) THEN
        RAISE EXCEPTION 'a stop changes only together with its event (stop %, version %)', NEW.id, NEW.version
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER change_is_seen AFTER INSERT OR UPDATE ON killswitch_stop
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stop_change_is_seen();
    CREATE TRIGGER refuse_delete BEFORE DELETE ON killswitch_stop
      FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON killswitch_stop
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    """,
    """
    DROP TRIGGER refuse_truncate ON killswitch_stop;
    DROP TRIGGER refuse_delete ON killswitch_stop;
    DROP TRIGGER change_is_seen ON killswitch_stop;
    DROP FUNCTION stop_change_is_seen();
    """,
)


class Migration(migrations.Migration):
    dependencies = [
        ("killswitch", "0001_stops_and_their_events"),
        ("tenants", "0002_row_level_security_and_triggers"),
    ]

    operations = [
        schema.bumps("killswitch_stop", "stops"),
        SEEN,
        schema.append_only("killswitch_stopevent"),
    ]
