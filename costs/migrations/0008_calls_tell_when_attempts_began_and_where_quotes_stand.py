from django.db import migrations, models
from django.db.models import Q

_UNUSUAL = (
    Q(hops__isnull=False)
    | Q(estimated=True)
    | Q(cost_usd=None)
    | Q(quotes_fabricated__gt=0)
    | Q(quotes_wrong_source__gt=0)
    | Q(refusal__gt="")
)

# One statement, so that calls wait for one lock, and only for as long as the catalogue takes.
COLUMNS = migrations.RunSQL(
    """
    ALTER TABLE costs_call
      ADD COLUMN asked_ms integer,
      ADD COLUMN attempt_ms integer,
      ADD COLUMN quotes jsonb
    """,
    """
    ALTER TABLE costs_call
      DROP COLUMN asked_ms,
      DROP COLUMN attempt_ms,
      DROP COLUMN quotes
    """,
)


class Migration(migrations.Migration):
    dependencies = [
        ("costs", "0007_alerts_are_of_an_amount"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[COLUMNS],
            state_operations=[
                migrations.AddField("call", "asked_ms", models.IntegerField(null=True)),
                migrations.AddField("call", "attempt_ms", models.IntegerField(null=True)),
                migrations.AddField("call", "quotes", models.JSONField(null=True)),
            ],
        ),
        migrations.AddIndex("call", models.Index(fields=["id"], condition=_UNUSUAL, name="calls_out_of_the_ordinary")),
        migrations.AddIndex(
            "call", models.Index(fields=["session", "id"], condition=~Q(session=""), name="calls_of_a_session")
        ),
    ]
