from django.db import migrations, models

# As of releases.
OWN_TEXT = migrations.RunSQL(
    """
    ALTER TABLE prompts_plannedrelease ADD CONSTRAINT plan_releases_its_own_prompt
      FOREIGN KEY (version_id, prompt_id) REFERENCES prompts_promptversion (id, prompt_id);
    """,
    "ALTER TABLE prompts_plannedrelease DROP CONSTRAINT plan_releases_its_own_prompt;",
)


class Migration(migrations.Migration):
    dependencies = [
        ("prompts", "0008_what_is_served_is_found_in_any_history"),
    ]

    operations = [
        OWN_TEXT,
        migrations.AddConstraint(
            model_name="plannedrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["waiting", "scheduled", "released", "declined", "cancelled", "failed"])
                ),
                name="plan_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "scheduled"), _negated=True), ("due_at__isnull", False), _connector="OR"
                ),
                name="plan_that_is_scheduled_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state__in", ["waiting", "scheduled"])),
                    models.Q(
                        models.Q(("state__in", ["waiting", "scheduled"]), _negated=True), ("ended_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="plan_has_ended_or_is_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", False), models.Q(("decided_by_kind", ""), _negated=True)),
                    models.Q(
                        models.Q(("state__in", ["declined", "cancelled"]), _negated=True),
                        ("decided_at", None),
                        ("decided_by_kind", ""),
                    ),
                    _connector="OR",
                ),
                name="plan_knows_who_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), models.Q(("fault", ""), _negated=True)),
                    models.Q(models.Q(("state", "failed"), _negated=True), ("fault", "")),
                    _connector="OR",
                ),
                name="plan_that_failed_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(("environment__regex", "^[a-z0-9-]{1,30}$")), name="plan_environment_is_plain"
            ),
        ),
        migrations.AddConstraint(
            model_name="prompt",
            constraint=models.CheckConstraint(
                condition=models.Q(("orphaned_at", None), models.Q(("source", ""), _negated=True), _connector="OR"),
                name="orphan_has_its_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="protection",
            constraint=models.CheckConstraint(
                condition=models.Q(("environment__regex", "^[a-z0-9-]{1,30}$")), name="protection_environment_is_plain"
            ),
        ),
        migrations.AddConstraint(
            model_name="protection",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["engineer", "admin"])), name="protection_role_may_release"
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "release"), ("percent__gt", 0)),
                    ("kind", "rollback"),
                    models.Q(("kind", "end"), ("percent", 0)),
                    _connector="OR",
                ),
                name="release_serves_somebody_and_end_nobody",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(("environment__regex", "^[a-z0-9-]{1,30}$")), name="release_environment_is_plain"
            ),
        ),
    ]
