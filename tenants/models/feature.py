from typing import Self

from django.db import models

from aiops.lib import uuid7


class FeatureQuerySet(models.QuerySet["Feature"]):
    def customers(self) -> Self:
        return self.exclude(is_own=True)


class Feature(models.Model):
    """A place in the operator's product where AI answers; every call names one. Shared by all tenants."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    slug = models.CharField(max_length=63, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    # What its users read instead of an answer while it is stopped so that they read something; empty: what the stop
    # says.
    safe_answer = models.TextField(blank=True, default="", db_default="")
    # Of the console itself, as those of eval runs: no customer has it, so none is asked about it.
    is_own = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FeatureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(slug__regex=r"^[a-z0-9][a-z0-9-]*$"), name="feature_slug_is_plain"
            ),
        ]

    def __str__(self) -> str:
        return self.name
