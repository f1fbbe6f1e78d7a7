from decimal import Decimal
from typing import Final, override

from django.db import models
from django.db.models import Q

from aiops.lib import uuid7
from tenants.models import Feature, Tenant, TenantQuerySet

# In nano-dollars it must stay below 2^53, which is where Lua's numbers lose whole ones.
MOST_USD: Final = Decimal(9_000_000)


class Budget(models.Model):
    """What a tenant, or one feature of it, may spend in a period. The operator's own is over everything."""

    class Period(models.TextChoices):
        MONTH = "month"

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="budgets")
    # None: all features together.
    feature = models.ForeignKey(Feature, models.CASCADE, null=True, blank=True, related_name="budgets")
    period = models.CharField(max_length=10, choices=Period, default=Period.MONTH)
    amount_usd = models.DecimalField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet["Budget"].as_manager()

    class Meta:
        constraints = [
            # Two budgets of one scope could disagree on whether to refuse.
            models.UniqueConstraint(
                fields=["tenant", "feature", "period"], nulls_distinct=False, name="one_budget_a_scope_and_period"
            ),
            models.CheckConstraint(
                condition=Q(amount_usd__gt=0, amount_usd__lt=MOST_USD), name="budget_fits_nano_dollars"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"${self.amount_usd} a {self.period}"
