from typing import Self, override
from uuid import UUID

from django.db import models
from django.db.models import Q

from aiops.lib import uuid7
from tenants import secrets
from tenants.models import Tenant, TenantQuerySet


class ChannelQuerySet(TenantQuerySet["Channel"]):
    def enabled(self) -> Self:
        return self.filter(is_enabled=True)


class Channel(models.Model):
    """Where people hear of stops: an address that is posted to, or people's mail. One of `_operator` hears of all."""

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", "Webhook (Slack and others)"
        EMAIL = "email", "E-mail"

    class News(models.TextChoices):
        EVERY = "every", "Every change"
        SHARED = "shared", "Stops over everybody"
        TROUBLE = "trouble", "Trouble and reviews only"

    class Outcome(models.TextChoices):
        NONE = "none"
        OK = "ok"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)
    # As people may see it: of a webhook no more than tells it from another, as who knows its address may post to it.
    address = models.CharField(max_length=1000)
    address_sealed = models.BinaryField()
    # Empty: nothing is signed.
    secret_sealed = models.BinaryField(default=b"")
    news = models.CharField(max_length=10, choices=News, default=News.EVERY)
    with_drills = models.BooleanField(default=False)
    allow_private = models.BooleanField(default=False)
    is_enabled = models.BooleanField(default=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.NONE)
    outcome_at = models.DateTimeField(null=True, blank=True)
    outcome_says = models.CharField(max_length=400, blank=True)
    # Moves with each change that a person makes; a form that is older is told so.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=254)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="channel_name_once_a_tenant"),
            # Mail goes through the operator's own server.
            models.CheckConstraint(
                condition=Q(kind="webhook") | Q(allow_private=False), name="only_webhooks_go_private"
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.name

    @property
    def is_signed(self) -> bool:
        return bool(self.secret_sealed)

    def opened_address(self) -> str:
        """In full; for the sending alone."""
        return secrets.decrypt(bytes(self.address_sealed), tenant=self.tenant_id, place=_place(self.pk, "address"))

    def opened_secret(self) -> str:
        if not self.is_signed:
            return ""
        return secrets.decrypt(bytes(self.secret_sealed), tenant=self.tenant_id, place=_place(self.pk, "secret"))


def seal_address(tenant: UUID, channel: UUID, address: str) -> bytes:
    return secrets.encrypt(address, tenant=tenant, place=_place(channel, "address"))


def seal_secret(tenant: UUID, channel: UUID, secret: str) -> bytes:
    return secrets.encrypt(secret, tenant=tenant, place=_place(channel, "secret"))


def _place(channel: UUID, what: str) -> str:
    return f"killswitch_channel|{what}_sealed|{channel}"
