from datetime import datetime
from typing import Self

from django.db import models

from aiops.lib import uuid7
from tenants.models import Feature, Tenant, TenantQuerySet


class ComplaintQuerySet(TenantQuerySet["Complaint"]):
    def between(self, since: datetime, until: datetime) -> Self:
        return self.filter(at__gte=since, at__lt=until)


class Complaint(models.Model):
    """Somebody was not served well by an answer, as a support tool passed it on."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    feature = models.ForeignKey(Feature, models.PROTECT, related_name="+")
    # Of the answer, where the call is known.
    call_id = models.UUIDField(null=True, blank=True)
    user_key = models.UUIDField(null=True, blank=True)
    prompt_version = models.CharField(max_length=200, blank=True)
    words = models.TextField(max_length=2000)
    at = models.DateTimeField()
    by = models.CharField(max_length=254)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        constraints = [
            # Said twice of one answer, it is one complaint.
            models.UniqueConstraint(
                fields=["tenant", "call_id"], condition=models.Q(call_id__isnull=False), name="one_complaint_a_call"
            ),
        ]
        indexes = [models.Index(fields=["at"], name="complaints_by_time")]

    def __str__(self) -> str:
        return f"{self.feature_id} {self.at:%Y-%m-%d %H:%M}"
