from datetime import datetime
from typing import Self, override

from django.db import models
from django.db.models import ExpressionWrapper, Q

from aiops.lib import uuid7
from costs.pricing import PriceList

DECLARED = "declared"


class PriceVersionQuerySet(models.QuerySet["PriceVersion"]):
    def by_rank(self) -> Self:
        """What is in force first: the operator's own word before the catalogue's, the latest before earlier ones."""
        declared = ExpressionWrapper(Q(source=DECLARED), models.BooleanField())
        return self.order_by("provider", "model", declared.desc(), "-valid_from", "-created_at")

    def begun(self, *, at: datetime) -> Self:
        return self.filter(valid_from__lte=at)


class PriceVersion(models.Model):
    """What a provider charges for a model from a moment on. Immutable: a call names the version it was priced by."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    provider = models.CharField(max_length=100)
    model = models.CharField(max_length=200)
    # The shape of `costs.pricing.PriceList`.
    prices = models.JSONField()
    valid_from = models.DateTimeField()
    # `declared`, or the catalogue and its version.
    source = models.CharField(max_length=60)
    content_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()

    objects = PriceVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            # Importing the same catalogue again changes nothing.
            models.UniqueConstraint(fields=["content_hash"], name="one_version_a_content"),
        ]
        indexes = [models.Index(fields=["provider", "model"], name="prices_of_a_model")]

    @override
    def __str__(self) -> str:
        return f"{self.provider}/{self.model} from {self.valid_from:%Y-%m-%d}"

    def as_price_list(self) -> PriceList:
        return PriceList.parse(self.prices)
