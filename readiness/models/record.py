from typing import override

from django.db import models
from django.db.models import CompositePrimaryKey, Q

from readiness.evidence import State
from tenants.models import Feature


class StateOfDay(models.Model):
    """In which state an item of a feature was on a day, as it was last found."""

    pk = CompositePrimaryKey("feature_id", "item", "day")
    feature = models.ForeignKey(Feature, models.CASCADE, related_name="readiness")
    item = models.PositiveSmallIntegerField()
    day = models.DateField()
    state = models.CharField(max_length=20)
    sentence = models.TextField()
    # The first day of this state that no other state has broken.
    since = models.DateField()

    class Meta:
        verbose_name_plural = "states of days"
        constraints = [
            # A misspelt state would count for nothing and be noticed by nobody.
            models.CheckConstraint(condition=Q(state__in=list(map(str, State))), name="readiness_state_is_known"),
            models.CheckConstraint(condition=Q(since__lte=models.F("day")), name="a_state_began_before"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.item} {self.day} {self.state}"


class ChainsVerified(models.Model):
    """That every audit chain was walked from its first entry on a day, and what was found."""

    day = models.DateField(primary_key=True)
    verified_at = models.DateTimeField()
    chains = models.PositiveIntegerField()
    entries = models.PositiveBigIntegerField()
    # Empty when all of them hold.
    fault = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name_plural = "chains verified"

    @override
    def __str__(self) -> str:
        return f"{self.day} {self.fault or 'holds'}"
