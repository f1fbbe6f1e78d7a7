from decimal import Decimal
from typing import Final, Self, override

from django.db import models
from django.db.models import Q
from django.utils import timezone

from aiops.lib import uuid7
from tenants.models import Feature, Tenant, TenantQuerySet

# In nano-dollars it must stay below 2^53, which is where Lua's numbers lose whole ones.
MOST_USD: Final = Decimal(9_000_000)


class BudgetQuerySet(TenantQuerySet["Budget"]):
    def hard(self) -> Self:
        return self.filter(kind=Budget.Kind.HARD)


class Budget(models.Model):
    """What may be spent in a period: by a tenant, by one feature of it; the operator's own is over all tenants."""

    class Period(models.TextChoices):
        DAY = "day"
        WEEK = "week"
        MONTH = "month"
        TOTAL = "total"

    class Kind(models.TextChoices):
        # Tells when it is used up, and refuses nothing.
        SOFT = "soft", "Soft: alerts only"
        # No call may pass it.
        HARD = "hard", "Hard: refuses calls"

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="budgets")
    # None: all features together.
    feature = models.ForeignKey(Feature, models.CASCADE, null=True, blank=True, related_name="budgets")
    period = models.CharField(max_length=10, choices=Period, default=Period.MONTH)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SOFT)
    amount_usd = models.DecimalField()
    # Since when gateways count for it: counters from before it was last made hard have missed calls.
    counted_since = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        constraints = [
            # Two budgets of one scope could disagree on whether to refuse.
            models.UniqueConstraint(
                fields=["tenant", "feature", "period"], nulls_distinct=False, name="one_budget_a_scope_and_period"
            ),
            models.CheckConstraint(
                condition=Q(amount_usd__gt=0, amount_usd__lt=MOST_USD), name="budget_fits_nano_dollars"
            ),
            # A misspelt kind would refuse nothing, a misspelt period would never end.
            models.CheckConstraint(condition=Q(kind__in=["soft", "hard"]), name="budget_kind_is_known"),
            models.CheckConstraint(
                condition=Q(period__in=["day", "week", "month", "total"]), name="budget_period_is_known"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"${self.amount_usd} {self.span}"

    @property
    def span(self) -> str:
        return "in total" if self.period == self.Period.TOTAL else f"a {self.period}"

    @property
    def is_hard(self) -> bool:
        return self.kind == self.Kind.HARD

    @property
    def scope(self) -> str:
        """As people call it; needs tenant and feature."""
        if self.tenant.is_operator:
            return f"{self.feature.name}, all tenants" if self.feature else "Everything"
        return f"{self.tenant.name}, {self.feature.name}" if self.feature else self.tenant.name


class BudgetAlert(models.Model):
    """That so much of an amount was used up in a period; said once, by whoever finds it first."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    # Of the budget, so that rows can be locked by it.
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="+")
    budget = models.ForeignKey(Budget, models.CASCADE, related_name="alerts")
    # The first moment of the period; of a budget without periods, of time.
    period_start = models.DateTimeField()
    # Percent of the amount.
    threshold = models.IntegerField()
    spent_usd = models.DecimalField()
    amount_usd = models.DecimalField()
    at = models.DateTimeField()

    objects = TenantQuerySet["BudgetAlert"].as_manager()

    class Meta:
        constraints = [
            # Two workers that look at the same time would both tell; and without the amount nobody would be told that a
            # budget is used up again after it was raised.
            models.UniqueConstraint(
                fields=["budget", "period_start", "threshold", "amount_usd"], name="one_alert_a_threshold_and_amount"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.threshold}% of {self.budget_id}"
