import django.db.models.deletion
from django.db import migrations, models

NEWEST = migrations.RunSQL(
    """
    UPDATE evals_suite SET current_id = newest.id FROM (
      SELECT DISTINCT ON (suite_id) suite_id, id FROM evals_suiteversion ORDER BY suite_id, number DESC
    ) newest WHERE newest.suite_id = evals_suite.id;
    -- A table whose rows wait for a deferred check cannot be altered.
    SET CONSTRAINTS ALL IMMEDIATE;
    """,
    migrations.RunSQL.noop,
)
OWN_CASES = migrations.RunSQL(
    """
    ALTER TABLE evals_suite ADD CONSTRAINT suite_is_judged_by_its_own_cases
      FOREIGN KEY (current_id, id) REFERENCES evals_suiteversion (id, suite_id);
    """,
    "ALTER TABLE evals_suite DROP CONSTRAINT suite_is_judged_by_its_own_cases;",
)


class Migration(migrations.Migration):
    dependencies = [
        ("evals", "0001_suites_runs_results"),
    ]

    operations = [
        migrations.AddField(
            model_name="suite",
            name="current",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="evals.suiteversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="suiteversion",
            constraint=models.UniqueConstraint(fields=("id", "suite"), name="suite_version_with_its_suite"),
        ),
        NEWEST,
        OWN_CASES,
    ]
