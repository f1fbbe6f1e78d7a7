from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("readiness", "0001_attestations_exceptions_states")]

    operations = [
        migrations.AddConstraint(
            model_name="itemexception",
            constraint=models.CheckConstraint(
                condition=Q(agreed_at=None) | Q(asked_by_kind="user"), name="a_person_asked_for_what_is_agreed"
            ),
        ),
    ]
