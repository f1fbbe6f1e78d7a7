from django.db import migrations, models

# The owner, too, sees the rows of a scope only. Of the calls, the index of what is out of the ordinary holds these.
COUNT_THOSE_THERE = """
SELECT set_config('app.tenants', '*', true);
WITH kept AS (
  SELECT tenant_id, date_trunc('hour', uuid7_time(id), 'UTC') AS hour, environment, feature_id, provider, model,
    prompt_version, simulated, count(*) AS calls
  FROM costs_call WHERE hops IS NOT NULL AND outcome = 'ok' AND price_match = 'nothing_asked'
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
), hours AS (
  UPDATE costs_hourlyspend spend SET kept_calls = kept.calls FROM kept
  WHERE (spend.tenant_id, spend.hour, spend.environment, spend.feature_id, spend.provider, spend.model,
      spend.prompt_version, spend.simulated)
    = (kept.tenant_id, kept.hour, kept.environment, kept.feature_id, kept.provider, kept.model,
      kept.prompt_version, kept.simulated)
)
UPDATE costs_dailyspend spend SET kept_calls = kept.calls
FROM (
  SELECT tenant_id, (hour AT TIME ZONE 'UTC')::date AS day, environment, feature_id, provider, model, simulated,
    sum(calls) AS calls
  FROM kept GROUP BY 1, 2, 3, 4, 5, 6, 7
) kept
WHERE (spend.tenant_id, spend.day, spend.environment, spend.feature_id, spend.provider, spend.model, spend.simulated)
  = (kept.tenant_id, kept.day, kept.environment, kept.feature_id, kept.provider, kept.model, kept.simulated);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("costs", "0008_calls_tell_when_attempts_began_and_where_quotes_stand"),
    ]

    operations = [
        # A recorder of the version before goes on writing rows without it.
        migrations.AddField("hourlyspend", "kept_calls", models.BigIntegerField(db_default=0)),
        migrations.AddField("dailyspend", "kept_calls", models.BigIntegerField(db_default=0)),
        migrations.RunSQL(COUNT_THOSE_THERE, migrations.RunSQL.noop),
    ]
