import hashlib
from typing import Self, override
from uuid import UUID

from django.db import models
from django.db.models import Q

from aiops.lib import uuid7
from integrations.contract import Access, Json, System
from integrations.faults import Health
from integrations.registry import SYSTEMS
from tenants import secrets
from tenants.models import Tenant, TenantQuerySet


class ConnectionQuerySet(TenantQuerySet["Connection"]):
    def enabled(self) -> Self:
        return self.filter(is_enabled=True)

    def offering(self, system: str) -> Self:
        return self.enabled().filter(system=system)


class Connection(models.Model):
    """A system of a tenant's own, and the user of it with whose rights it is read and written."""

    class Writes(models.TextChoices):
        DRY_RUN = "dry_run", "Dry run: shown, never sent"
        APPROVE = "approve", "Approve: a person decides on each"
        ALLOW = "allow", "Allow: sent at once"

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="connections")
    slug = models.CharField(max_length=63)
    name = models.CharField(max_length=200)
    system = models.CharField(max_length=40)
    address = models.CharField(max_length=500)
    allow_private = models.BooleanField(default=False)
    # What this system has to know beside the address, such as the database's name.
    settings = models.JSONField(default=dict)
    key_sealed = models.BinaryField()
    key_last_four = models.CharField(max_length=4)
    # The login in that system whose key it is meant to be; a test finds out whose it really is.
    acts_as = models.CharField(max_length=200)
    environment = models.CharField(max_length=30, default="production")
    writes = models.CharField(max_length=10, choices=Writes, default=Writes.APPROVE)
    is_enabled = models.BooleanField(default=True)
    health = models.CharField(max_length=20, choices=[(each.value, each.value) for each in Health], default="unknown")
    health_says = models.CharField(max_length=500, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    # Moves with each change that a person makes; a form that is older is told so.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=254)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "slug"], name="connection_slug_once_a_tenant"),
            # What a write of a tenant refers to, together: never another tenant's connection.
            models.UniqueConstraint(fields=["tenant", "id"], name="connection_with_its_tenant"),
            models.CheckConstraint(condition=Q(slug__regex=r"^[a-z0-9][a-z0-9-]*$"), name="connection_slug_is_plain"),
        ]

    @override
    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> System | None:
        """None: its folder was taken out of the registry."""
        return SYSTEMS.get(self.system)

    @property
    def leads_to(self) -> Json:
        """Which system, and as whom; of the key no more than that it is the same one."""
        return {
            "system": self.system,
            "address": self.address,
            "settings": dict(self.settings),
            "acts_as": self.acts_as,
            "key": hashlib.sha256(bytes(self.key_sealed)).hexdigest()[:16],
        }

    def access(self) -> Access:
        """With the key in clear; for the vendor's code alone."""
        key = secrets.decrypt(bytes(self.key_sealed), tenant=self.tenant_id, place=_place(self.pk))
        return Access(self.address, self.settings, key, self.allow_private)


def seal(tenant: UUID, connection: UUID, key: str) -> bytes:
    """What `key_sealed` of this connection holds; it opens in no other row."""
    return secrets.encrypt(key, tenant=tenant, place=_place(connection))


def _place(connection: UUID) -> str:
    return f"integrations_connection|key_sealed|{connection}"
