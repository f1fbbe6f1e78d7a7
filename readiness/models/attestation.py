from datetime import date
from typing import Self, override

from django.db import models
from django.db.models import Q

from aiops.lib import uuid7
from tenants.models import Feature, Role


class AttestationQuerySet(models.QuerySet["Attestation"]):
    def latest(self) -> Self:  # type: ignore[override]  # of each item and feature, not of all
        """Which one counts of each item and feature, withdrawn or not: an older one does not come back."""
        return self.order_by("item", "feature", "-id").distinct("item", "feature")


class Attestation(models.Model):
    """Somebody's word that an item is met, with the document that shows it. A renewal is a new one."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    item = models.PositiveSmallIntegerField()
    # None: of all features.
    feature = models.ForeignKey(Feature, models.CASCADE, null=True, blank=True, related_name="attestations")
    document_url = models.CharField(max_length=500)
    statement = models.TextField()
    # Slugs of those that it covers, where the item asks for it.
    providers = models.JSONField(default=list)
    by_kind = models.CharField(max_length=10)
    by_id = models.CharField(max_length=64)
    by_label = models.CharField(max_length=254)
    role = models.CharField(max_length=20, choices=Role)
    at = models.DateTimeField()
    # The last day on which it counts.
    expires_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=254, blank=True)

    objects = AttestationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(item__gte=1, item__lte=26), name="attested_item_is_of_the_26"),
            # It becomes a link on a page: javascript: would run in the reader's session.
            models.CheckConstraint(condition=Q(document_url__regex=r"^https?://"), name="document_is_a_web_address"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by="") | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by=""),
                name="withdrawn_attestations_say_by_whom",
            ),
        ]
        indexes = [models.Index(fields=["item", "feature", "-id"], name="attestations_of_an_item")]

    @override
    def __str__(self) -> str:
        return f"{self.item} until {self.expires_on}"

    def is_in_force(self, *, on: date) -> bool:
        return self.withdrawn_at is None and self.expires_on >= on
