from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from tenants.models.feature import Feature
from tenants.models.tenant import Tenant, TenantQuerySet
from tenants.models.user import Role


class ApiKeyQuerySet(TenantQuerySet["ApiKey"]):
    def live(self, *, at: datetime) -> Self:
        return self.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=at))


class ApiKey(models.Model):
    """A secret of one of two kinds: a tenant's for the gateway, or a role of the operator's for the console's API."""

    class Kind(models.TextChoices):
        CALL = "call"
        SERVICE = "service"

    # The public part of the key itself: looked up before the secret is compared.
    id = models.CharField(primary_key=True, max_length=16)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="api_keys")
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=100)
    environment = models.CharField(max_length=30)
    feature = models.ForeignKey(Feature, models.CASCADE, null=True, blank=True)
    role = models.CharField(max_length=20, choices=Role, blank=True)
    secret_hash = models.BinaryField(max_length=32)
    last_four = models.CharField(max_length=4)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            # A service key without a role could do nothing; a call key with one could do too much.
            models.CheckConstraint(
                condition=Q(kind="service", feature=None) & ~Q(role="") | Q(kind="call", role=""), name="role_fits_kind"
            ),
            # It is a part of the key's text, between underscores.
            models.CheckConstraint(condition=Q(environment__regex=r"^[a-z0-9-]+$"), name="environment_is_plain"),
        ]

    def __str__(self) -> str:
        return f"{self.name} …{self.last_four}"
