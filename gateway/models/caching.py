from typing import Final, override

from django.db import models
from django.db.models import Q

from tenants.models import Feature

# A week: past that nobody remembers that answers are kept.
LONGEST_SECONDS: Final = 7 * 24 * 3600


class ResponseCache(models.Model):
    """For how long a feature's answers stand for the same question of the same tenant; without a row, not at all."""

    feature = models.OneToOneField(Feature, models.CASCADE, primary_key=True, related_name="response_cache")
    # 0: off.
    seconds = models.PositiveIntegerField(default=0)
    # Answers that were kept under an earlier one are never found again.
    generation = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seconds__lte=LONGEST_SECONDS), name="answers_are_kept_a_week_at_most"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.feature_id}: {self.seconds} s"
