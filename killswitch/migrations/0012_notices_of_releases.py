from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("killswitch", "0011_stops_are_their_tenants"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("changed", "Changed"),
                    ("late", "Late"),
                    ("confirmed", "Confirmed"),
                    ("expiring", "Expiring"),
                    ("review_due", "Review Due"),
                    ("resumed", "Resumed"),
                    ("leaked", "Leaked"),
                    ("planned", "Planned"),
                    ("cancelled", "Cancelled"),
                    ("not_started", "Not Started"),
                    ("not_released", "Not Released"),
                    ("test", "Test"),
                ],
                max_length=12,
            ),
        ),
    ]
