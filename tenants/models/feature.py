from django.db import models

from aiops.lib import uuid7


class Feature(models.Model):
    """A place in the operator's product where AI answers; every call names one. Shared by all tenants."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    slug = models.CharField(max_length=63, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(slug__regex=r"^[a-z0-9][a-z0-9-]*$"), name="feature_slug_is_plain"
            ),
        ]

    def __str__(self) -> str:
        return self.name
