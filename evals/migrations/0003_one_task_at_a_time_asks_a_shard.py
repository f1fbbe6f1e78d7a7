import django.db.models.deletion
from django.db import migrations, models

# Of runs that are under way: the next look after them finds these overdue.
SHARDS = migrations.RunSQL(
    """
    INSERT INTO evals_shard (run_id, number, ticket, until)
      SELECT run.id, number, gen_random_uuid(), now()
      FROM evals_run run, generate_series(0, least(run.at_once, 2) - 1) number WHERE run.state = 'running';
    """,
    migrations.RunSQL.noop,
)


class Migration(migrations.Migration):
    dependencies = [
        ("evals", "0002_releases_are_judged_by_the_current_suite"),
    ]

    operations = [
        migrations.CreateModel(
            name="Shard",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shards", to="evals.run"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("ticket", models.UUIDField(unique=True)),
                ("held_by", models.UUIDField(blank=True, null=True)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.RemoveField(model_name="result", name="held_until"),
        migrations.RemoveField(model_name="result", name="held_by"),
        migrations.AddField(model_name="result", name="held_by", field=models.UUIDField(blank=True, null=True)),
        SHARDS,
    ]
