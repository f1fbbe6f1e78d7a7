from typing import override

from django.db import models

from gateway.models.chain import Chain
from tenants.models import Feature, Tenant, TenantQuerySet


class FeatureChain(models.Model):
    """The chain of a feature's calls that name no model; a tenant's own wins over the one for all tenants."""

    feature = models.ForeignKey(Feature, models.CASCADE, related_name="chains")
    # None: all tenants that have none of their own.
    tenant = models.ForeignKey(Tenant, models.CASCADE, null=True, blank=True, related_name="feature_chains")
    chain = models.ForeignKey(Chain, models.PROTECT, related_name="features")

    objects = TenantQuerySet["FeatureChain"].as_manager()

    class Meta:
        constraints = [
            # Two chains for one call would leave it to chance who answers.
            models.UniqueConstraint(
                fields=["feature", "tenant"], nulls_distinct=False, name="one_chain_a_feature_and_tenant"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.feature_id} of {self.tenant_id or 'all'}: {self.chain_id}"
