from django.db import migrations

from tenants import schema

# `model` in a call names a chain or a model: one name for both could send a call elsewhere than was meant.
ONE_SPACE = migrations.RunSQL(
    """
    CREATE FUNCTION refuse_taken_name() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE taken boolean;
    BEGIN
      EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE slug = $1)', TG_ARGV[0]) INTO taken USING NEW.slug;
      IF taken THEN
        RAISE EXCEPTION '% is the name of a row of % already', NEW.slug, TG_ARGV[0] USING ERRCODE = 'unique_violation';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER refuse_taken_name BEFORE INSERT OR UPDATE OF slug ON gateway_model
      FOR EACH ROW EXECUTE FUNCTION refuse_taken_name('gateway_chain');
    CREATE TRIGGER refuse_taken_name BEFORE INSERT OR UPDATE OF slug ON gateway_chain
      FOR EACH ROW EXECUTE FUNCTION refuse_taken_name('gateway_model');
    """,
    """
    DROP TRIGGER refuse_taken_name ON gateway_chain;
    DROP TRIGGER refuse_taken_name ON gateway_model;
    DROP FUNCTION refuse_taken_name();
    """,
)


class Migration(migrations.Migration):
    dependencies = [("gateway", "0001_providers_models_chains"), ("tenants", "0002_row_level_security_and_triggers")]

    operations = [
        schema.bumps("gateway_provider", "config"),
        schema.bumps("gateway_model", "config"),
        schema.bumps("gateway_chain", "config"),
        schema.bumps("gateway_chainmember", "config"),
        ONE_SPACE,
    ]
