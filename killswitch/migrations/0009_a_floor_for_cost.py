from decimal import Decimal

from django.db import migrations, models


def give_cost_rules_a_floor(apps, schema_editor):
    apps.get_model("killswitch", "Rule").objects.filter(signal="cost").update(min_usd_a_minute=Decimal("0.50"))


class Migration(migrations.Migration):
    dependencies = [
        ("killswitch", "0008_planned_stops"),
    ]

    operations = [
        migrations.AddField(
            model_name="rule",
            name="min_usd_a_minute",
            field=models.DecimalField(decimal_places=4, default=Decimal("0"), max_digits=10),
        ),
        migrations.RunPython(give_cost_rules_a_floor, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("min_usd_a_minute", 0),
                    models.Q(("min_usd_a_minute__gt", 0), ("signal", "cost")),
                    _connector="OR",
                ),
                name="rule_counts_dollars_of_cost_only",
            ),
        ),
    ]
