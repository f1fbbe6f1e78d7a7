from typing import override

from django.db import models
from django.db.models import Q

from aiops.lib import uuid7
from gateway.models.provider import Provider


class Model(models.Model):
    """A model of a provider, under the name by which callers ask for it."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    # What callers write; one space of names with chains, which a trigger keeps free of doubles.
    slug = models.CharField(max_length=100, unique=True)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="models")
    # What the provider calls it; prices are looked up by this.
    upstream = models.CharField(max_length=200)
    context_window = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[A-Za-z0-9][A-Za-z0-9._:/@-]*$"), name="model_slug_is_plain"
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.slug

    @property
    def label(self) -> str:
        """As records and headers tell who served."""
        return f"{self.provider.slug}/{self.upstream}"
