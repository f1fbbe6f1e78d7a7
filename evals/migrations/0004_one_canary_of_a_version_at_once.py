from django.db import migrations, models

# The older ones of those that ran at once.
ENDED = migrations.RunSQL(
    """
    UPDATE evals_run run SET state = 'cancelled', ended_at = now()
    WHERE kind = 'canary' AND state = 'running' AND EXISTS (
      SELECT FROM evals_run newer WHERE newer.kind = 'canary' AND newer.state = 'running'
      AND newer.suite_id = run.suite_id AND newer.head_id = run.head_id AND newer.id > run.id);
    -- A table whose rows wait for a deferred check cannot be altered.
    SET CONSTRAINTS ALL IMMEDIATE;
    """,
    migrations.RunSQL.noop,
)


class Migration(migrations.Migration):
    dependencies = [
        ("evals", "0003_one_task_at_a_time_asks_a_shard"),
    ]

    operations = [
        ENDED,
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "canary"), ("state", "running")),
                fields=("suite", "head"),
                name="one_canary_of_a_version_at_once",
            ),
        ),
    ]
