from django.db import migrations, models

_COUNTED = (
    "quotes_verified",
    "quotes_near",
    "quotes_wrong_source",
    "quotes_fabricated",
    "sources_given",
    "sources_cited",
    "retrieved_tokens",
    "uncited_tokens",
)
_NONE = " AND ".join(f"{name} IS NULL" for name in (*_COUNTED, "confidence", "sources"))
_ALL = " AND ".join(f"{name} IS NOT NULL AND {name} >= 0" for name in _COUNTED)

# One statement, so that calls wait for one lock, and only for as long as the catalogue takes. NOT VALID, as there is
# nothing to look for in the rows that are there: all of it is null in them.
COLUMNS = migrations.RunSQL(
    f"""
    ALTER TABLE costs_call
      {" ".join(f"ADD COLUMN {name} integer," for name in _COUNTED)}
      ADD COLUMN confidence numeric,
      ADD COLUMN refusal varchar(200) NOT NULL DEFAULT '',
      ADD COLUMN sources jsonb,
      ADD CONSTRAINT grounding_is_whole_or_absent CHECK (
        ({_NONE} AND refusal = '') OR ({_ALL} AND sources IS NOT NULL)) NOT VALID,
      ADD CONSTRAINT confidence_is_a_share CHECK (confidence BETWEEN 0 AND 1) NOT VALID,
      ADD CONSTRAINT cited_sources_were_given CHECK (sources_cited <= sources_given) NOT VALID,
      ADD CONSTRAINT uncited_tokens_were_retrieved CHECK (uncited_tokens <= retrieved_tokens) NOT VALID
    """,
    f"""
    ALTER TABLE costs_call
      DROP CONSTRAINT grounding_is_whole_or_absent,
      DROP CONSTRAINT confidence_is_a_share,
      DROP CONSTRAINT cited_sources_were_given,
      DROP CONSTRAINT uncited_tokens_were_retrieved,
      {", ".join(f"DROP COLUMN {name}" for name in (*_COUNTED, "confidence", "refusal", "sources"))}
    """,
)


def _is_null(names, truth):
    return {f"{name}__isnull": truth for name in names}


class Migration(migrations.Migration):
    dependencies = [
        ("costs", "0002_partitions_rows_and_triggers"),
        ("tenants", "0002_row_level_security_and_triggers"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[COLUMNS],
            state_operations=[
                migrations.AddField("call", "confidence", models.DecimalField(null=True)),
                *[migrations.AddField("call", name, models.IntegerField(null=True)) for name in _COUNTED],
                migrations.AddField("call", "refusal", models.CharField(db_default="", max_length=200)),
                migrations.AddField("call", "sources", models.JSONField(null=True)),
                migrations.AddConstraint(
                    "call",
                    models.CheckConstraint(
                        condition=models.Q(**_is_null((*_COUNTED, "confidence", "sources"), True), refusal="")
                        | models.Q(
                            **_is_null((*_COUNTED, "sources"), False), **{f"{name}__gte": 0 for name in _COUNTED}
                        ),
                        name="grounding_is_whole_or_absent",
                    ),
                ),
                migrations.AddConstraint(
                    "call",
                    models.CheckConstraint(
                        condition=models.Q(confidence__gte=0, confidence__lte=1), name="confidence_is_a_share"
                    ),
                ),
                migrations.AddConstraint(
                    "call",
                    models.CheckConstraint(
                        condition=models.Q(sources_cited__lte=models.F("sources_given")),
                        name="cited_sources_were_given",
                    ),
                ),
                migrations.AddConstraint(
                    "call",
                    models.CheckConstraint(
                        condition=models.Q(uncited_tokens__lte=models.F("retrieved_tokens")),
                        name="uncited_tokens_were_retrieved",
                    ),
                ),
            ],
        )
    ]
