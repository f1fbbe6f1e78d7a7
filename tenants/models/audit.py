from django.db import models
from django.db.models import CompositePrimaryKey

from tenants.models.tenant import Tenant, TenantQuerySet


class AuditEntry(models.Model):
    """One link of a tenant's chain; written by `tenants.audit.append` alone, never changed."""

    pk = CompositePrimaryKey("tenant_id", "seq")
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=64)
    actor_label = models.CharField(max_length=254)
    action = models.CharField(max_length=60)
    object = models.CharField(max_length=200)
    # Canonical JSON and its salt: dropped by an erasure, which the chain survives, as it holds their digest.
    payload = models.TextField(null=True)  # noqa: DJ001 - null says "erased", which an empty text would not
    salt = models.BinaryField(null=True)
    payload_digest = models.BinaryField()
    previous = models.BinaryField()
    seal = models.BinaryField()

    objects = TenantQuerySet["AuditEntry"].as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            # Who made a key is asked while a change of the stops waits for it.
            models.Index(fields=["tenant", "object"], name="audit_keys_made", condition=models.Q(action="key.created")),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.object}"
