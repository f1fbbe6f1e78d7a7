from typing import override

from django.db import models
from django.db.models import Q

from gateway.grounding.policy import Mode, Policy, Unverified
from tenants.models import Feature


class Grounding(models.Model):
    """What a feature demands of its answers; one without such a row demands nothing."""

    feature = models.OneToOneField(Feature, models.CASCADE, primary_key=True, related_name="grounding")
    mode = models.CharField(max_length=20)
    # Of the answer's own confidence.
    min_confidence = models.DecimalField(max_digits=5, decimal_places=4, default=0)
    unverified = models.CharField(max_length=20, default=Unverified.DROP.value)

    class Meta:
        constraints = [
            # A misspelt mode would stop every gateway from reading its configuration.
            models.CheckConstraint(condition=Q(mode__in=list(map(str, Mode))), name="grounding_mode_is_known"),
            models.CheckConstraint(
                condition=Q(unverified__in=list(map(str, Unverified))), name="grounding_unverified_is_known"
            ),
            # A threshold in per cent would refuse every answer.
            models.CheckConstraint(
                condition=Q(min_confidence__gte=0, min_confidence__lte=1), name="grounding_threshold_is_a_share"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.feature_id}: {self.mode}"

    def as_policy(self) -> Policy:
        return Policy(Mode(self.mode), float(self.min_confidence), Unverified(self.unverified))
