from datetime import datetime, timedelta
from typing import Self, override

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from aiops.lib import uuid7
from tenants.models import ApiKey

# Longer than any drill takes: one that is still under way then was run by a worker that died.
LOST_AFTER = timedelta(minutes=2)
# Within so much of its commit a change is promised to be in force everywhere.
PROMISED = timedelta(seconds=1.5)


class DrillQuerySet(models.QuerySet["Drill"]):
    def finished(self) -> Self:
        return self.filter(finished_at__isnull=False)

    def under_way(self) -> Self:
        return self.filter(finished_at=None)

    def passed(self) -> Self:
        return self.filter(passed=True)

    def since(self, moment: datetime) -> Self:
        return self.filter(started_at__gte=moment)


class Drill(models.Model):
    """The switch tried out on every gateway: a feature of our own was stopped, asked for, and let through again."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    started_by = models.CharField(max_length=254)
    # Gateways when it began, and those that confirmed the stop and the lifting.
    total = models.PositiveIntegerField(default=0)
    confirmed = models.PositiveIntegerField(default=0)
    # [{name, seconds}]: from the stop to its being in force there; seconds are null where nobody confirmed.
    processes = models.JSONField(default=list)
    # To the last confirmation; null while one is missing.
    stop_seconds = models.FloatField(null=True, blank=True)
    lift_seconds = models.FloatField(null=True, blank=True)
    # Calls made while it was stopped, and those of them that our stop refused.
    asked = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    # Gateways that answered those calls, as far as they said who they are.
    reached = ArrayField(models.CharField(max_length=60), default=list)
    passed = models.BooleanField(default=False)
    # What went wrong, in words; empty when it passed.
    trouble = models.CharField(max_length=1000, blank=True)

    objects = DrillQuerySet.as_manager()

    class Meta:
        constraints = [
            # Two at once would lift each other's stop.
            models.UniqueConstraint(models.Value(1), condition=Q(finished_at=None), name="one_drill_at_once"),
            # What has no finding yet must not count as proof.
            models.CheckConstraint(
                condition=Q(passed=False) | Q(finished_at__isnull=False, trouble=""), name="passed_drills_are_finished"
            ),
        ]
        indexes = [models.Index(fields=["started_at"], name="drills_by_time")]

    @override
    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M:%S} {'passed' if self.passed else 'not passed'}"

    @property
    def is_slow(self) -> bool:
        """Something took longer than is promised, though it came through."""
        return max(self.stop_seconds or 0, self.lift_seconds or 0) > PROMISED.total_seconds()


class DrillKey(models.Model):
    """The text of a key with which drills call the gateway, encrypted; one of each kind of drill."""

    name = models.CharField(primary_key=True, max_length=30)
    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+")
    sealed = models.BinaryField()

    @override
    def __str__(self) -> str:
        return self.name
