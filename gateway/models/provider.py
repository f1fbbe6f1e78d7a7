import os
from typing import override
from uuid import UUID

from django.db import models
from django.db.models import Q

from aiops.lib import uuid7
from gateway import variables
from tenants import secrets
from tenants.models import OPERATOR, Tenant


class Provider(models.Model):
    """An address that serves models, and the key for it. The operator's own, shared by all tenants."""

    class Api(models.TextChoices):
        OPENAI = "openai", "OpenAI"
        ANTHROPIC = "anthropic", "Anthropic"

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    slug = models.CharField(max_length=63, unique=True)
    name = models.CharField(max_length=200)
    base_url = models.CharField(max_length=500)
    # What it speaks; of OpenAI's, whether it has /responses beside /chat/completions.
    api = models.CharField(max_length=20, choices=Api, default=Api.OPENAI)
    has_responses = models.BooleanField(default=False)
    # The key itself, encrypted; or the name of the variable of the gateway's environment that holds it; or neither.
    api_key_sealed = models.BinaryField(null=True, blank=True)
    api_key_last_four = models.CharField(max_length=4, blank=True)
    api_key_env = models.CharField(max_length=100, blank=True)
    # Under which provider the catalogue lists its prices.
    pricing_provider = models.CharField(max_length=63)
    simulated = models.BooleanField(default=False)
    allow_private = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(slug__regex=r"^[a-z0-9][a-z0-9-]*$"), name="provider_slug_is_plain"),
            # Gateways could not read their configuration.
            models.CheckConstraint(condition=Q(api__in=["openai", "anthropic"]), name="provider_api_is_known"),
            models.CheckConstraint(
                condition=Q(has_responses=False) | Q(api="openai"), name="only_openais_api_has_responses"
            ),
            # Two places for one key would disagree after the next rotation.
            models.CheckConstraint(
                condition=Q(api_key_sealed=None) | Q(api_key_env=""), name="provider_key_in_one_place"
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.name

    def api_key(self) -> str | None:
        """The key in clear; None when the provider needs none or its variable is not set."""
        if self.api_key_sealed is None:
            return _of_environment(self.api_key_env) if self.api_key_env else None
        return secrets.decrypt(bytes(self.api_key_sealed), tenant=_operator(), place=_place(self.slug))


def seal(slug: str, api_key: str) -> bytes:
    """What `api_key_sealed` of this provider holds; it opens in no other row."""
    return secrets.encrypt(api_key, tenant=_operator(), place=_place(slug))


def _of_environment(name: str) -> str | None:
    # However the row came to name it: our own secrets are sent to nobody.
    if (fault := variables.fault_of(name)) is not None:
        raise secrets.Unreadable(fault)
    return os.environ.get(name) or None


def _place(slug: str) -> str:
    return f"gateway_provider|api_key_sealed|{slug}"


def _operator() -> UUID:
    return Tenant.objects.values_list("pk", flat=True).get(slug=OPERATOR)
