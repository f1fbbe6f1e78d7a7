from typing import override

from django.db import models
from django.db.models import Q

from aiops.lib import uuid7
from evals.models.run import Run
from evals.models.suite import Suite


class DriftAlarm(models.Model):
    """A signal of a suite's canary left its baseline, in the run that made it certain."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    suite = models.ForeignKey(Suite, models.CASCADE, related_name="drift_alarms")
    signal = models.CharField(max_length=30)
    run = models.ForeignKey(Run, models.CASCADE, related_name="drift_alarms")
    # What was usual, and what it is now, in words for people.
    detail = models.CharField(max_length=500)
    raised_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            # One alarm a signal until somebody has looked.
            models.UniqueConstraint(
                fields=["suite", "signal"], condition=Q(closed_at=None), name="one_open_alarm_a_signal"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.suite} {self.signal}"
