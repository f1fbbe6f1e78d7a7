from django.db import migrations, models
from django.db.models import Q

_CHOICES = ("", "main", "canary", "tenant", "tenant_canary", "pinned")

# One statement, so that calls wait for one lock, and only for as long as the catalogue takes. NOT VALID, as there is
# nothing to look for in the rows that are there: all of it is empty in them.
COLUMN = migrations.RunSQL(
    f"""
    ALTER TABLE costs_call
      ADD COLUMN prompt_choice varchar(20) NOT NULL DEFAULT '',
      ADD CONSTRAINT prompt_choice_is_known CHECK (prompt_choice IN {_CHOICES}) NOT VALID
    """,
    """
    ALTER TABLE costs_call
      DROP CONSTRAINT prompt_choice_is_known,
      DROP COLUMN prompt_choice
    """,
)


class Migration(migrations.Migration):
    dependencies = [
        ("costs", "0009_roll_ups_count_kept_answers"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[COLUMN],
            state_operations=[
                migrations.AddField("call", "prompt_choice", models.CharField(db_default="", max_length=20)),
                migrations.AddConstraint(
                    "call",
                    models.CheckConstraint(condition=Q(prompt_choice__in=_CHOICES), name="prompt_choice_is_known"),
                ),
            ],
        )
    ]
