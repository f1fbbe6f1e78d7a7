from datetime import datetime
from typing import Self, override

from django.db import models
from django.db.models import CompositePrimaryKey

from tenants.models import Tenant, TenantQuerySet


class EndUserQuerySet(TenantQuerySet["EndUser"]):
    def seen_since(self, moment: datetime) -> Self:
        return self.filter(seen_at__gte=moment)


class EndUser(models.Model):
    """A person or job on whose behalf a tenant's application calls. Without this row its calls are anonymous."""

    pk = CompositePrimaryKey("tenant_id", "key")
    tenant = models.ForeignKey(Tenant, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    key = models.UUIDField()
    # As the caller sent it.
    label = models.CharField(max_length=200)
    # Of the last call, to half a minute.
    seen_at = models.DateTimeField()

    objects = EndUserQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "seen_at"], name="users_seen_lately"),
            # Whoever asks for a person asks in all tenants at once.
            models.Index(fields=["label", "tenant"], name="users_by_label"),
        ]

    @override
    def __str__(self) -> str:
        return self.label
