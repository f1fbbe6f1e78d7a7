import django.db.models.deletion
from django.db import migrations, models

import aiops.lib.uuid7


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Chain",
            fields=[
                (
                    "id",
                    models.UUIDField(default=aiops.lib.uuid7.new, editable=False, primary_key=True, serialize=False),
                ),
                ("slug", models.CharField(max_length=100, unique=True)),
                ("deadline_seconds", models.PositiveSmallIntegerField(default=120)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("slug__regex", "^[A-Za-z0-9][A-Za-z0-9._:/@-]*$")),
                        name="chain_slug_is_plain",
                    ),
                    models.CheckConstraint(condition=models.Q(("deadline_seconds__gte", 1)), name="chain_has_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                (
                    "id",
                    models.UUIDField(default=aiops.lib.uuid7.new, editable=False, primary_key=True, serialize=False),
                ),
                ("slug", models.CharField(max_length=63, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("base_url", models.CharField(max_length=500)),
                ("api_key_sealed", models.BinaryField(blank=True, null=True)),
                ("api_key_last_four", models.CharField(blank=True, max_length=4)),
                ("api_key_env", models.CharField(blank=True, max_length=100)),
                ("pricing_provider", models.CharField(max_length=63)),
                ("simulated", models.BooleanField(default=False)),
                ("allow_private", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("slug__regex", "^[a-z0-9][a-z0-9-]*$")), name="provider_slug_is_plain"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("api_key_sealed", None), ("api_key_env", ""), _connector="OR"),
                        name="provider_key_in_one_place",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Model",
            fields=[
                (
                    "id",
                    models.UUIDField(default=aiops.lib.uuid7.new, editable=False, primary_key=True, serialize=False),
                ),
                ("slug", models.CharField(max_length=100, unique=True)),
                ("upstream", models.CharField(max_length=200)),
                ("context_window", models.PositiveIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="models", to="gateway.provider"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChainMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("timeout_seconds", models.PositiveSmallIntegerField(default=60)),
                ("attempts", models.PositiveSmallIntegerField(default=1)),
                (
                    "chain",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="gateway.chain"
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="gateway.model"
                    ),
                ),
            ],
            options={
                "ordering": ["chain", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("chain", "position"), name="one_member_a_position"),
                    models.UniqueConstraint(fields=("chain", "model"), name="a_model_once_a_chain"),
                    models.CheckConstraint(
                        condition=models.Q(("attempts__gte", 1), ("attempts__lte", 5), ("timeout_seconds__gte", 1)),
                        name="member_can_be_asked",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="model",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^[A-Za-z0-9][A-Za-z0-9._:/@-]*$")), name="model_slug_is_plain"
            ),
        ),
    ]
