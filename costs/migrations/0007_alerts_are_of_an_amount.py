from django.db import migrations, models

# Of several amounts the first alert stays; the owner, too, sees the rows of a scope only.
_ONE_A_PERIOD = """
SELECT set_config('app.tenants', '*', true);
DELETE FROM costs_budgetalert later USING costs_budgetalert earlier
  WHERE later.budget_id = earlier.budget_id AND later.period_start = earlier.period_start
    AND later.threshold = earlier.threshold AND (later.at, later.id) > (earlier.at, earlier.id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("costs", "0006_what_went_wrong_is_found_at_once"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="budgetalert",
            name="one_alert_a_threshold_and_period",
        ),
        migrations.RunSQL(migrations.RunSQL.noop, _ONE_A_PERIOD),
        migrations.AddConstraint(
            model_name="budgetalert",
            constraint=models.UniqueConstraint(
                fields=("budget", "period_start", "threshold", "amount_usd"),
                name="one_alert_a_threshold_and_amount",
            ),
        ),
    ]
