from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self, override

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aiops.lib import uuid7
from gateway.models.chain import Chain

# So long a drill may wait for a worker to take it up.
LOST_AFTER = timedelta(minutes=15)


class ChainDrillQuerySet(models.QuerySet["ChainDrill"]):
    def finished(self) -> Self:
        return self.filter(finished_at__isnull=False)

    def under_way(self) -> Self:
        return self.filter(finished_at=None)

    def died(self) -> Self:
        """Whoever ran them is gone."""
        return self.under_way().filter(held_until__lte=Now())

    def never_begun(self, *, at: datetime) -> Self:
        return self.under_way().filter(held_by=None, started_at__lt=at - LOST_AFTER)

    def newest_first(self) -> Self:
        return self.order_by("-id")


class ChainDrill(models.Model):
    """A chain tried out: every gateway was asked while its first model was made to fail."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    chain = models.ForeignKey(Chain, models.CASCADE, related_name="drills")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    started_by = models.CharField(max_length=254)
    scheduled = models.BooleanField(default=False)
    # Gateways when it began.
    total = models.PositiveIntegerField(default=0)
    # Who runs it, and until when that counts unless it is said again.
    held_by = models.UUIDField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    # The chain's models when it began, as provider/model, in the order in which they are asked. Empty of drills from
    # before this was noted: nobody knows what they proved.
    members = models.JSONField(default=list, db_default=[])
    # [{process, call, failed, served, hops, ms, error}]: one of each gateway that was reached. `failed` is who was
    # made to fail, empty when nobody was; `hops` are those asked in vain: [provider/model, reason].
    answers = models.JSONField(default=list)
    passed = models.BooleanField(default=False)
    # What went wrong, in words; empty when it passed.
    trouble = models.CharField(max_length=1000, blank=True)

    objects = ChainDrillQuerySet.as_manager()

    class Meta:
        constraints = [
            # A second one would be paid for, and say the same.
            models.UniqueConstraint(
                fields=["chain"], condition=Q(finished_at=None), name="one_drill_of_a_chain_at_once"
            ),
            # What has no finding yet must not count as proof.
            models.CheckConstraint(
                condition=Q(passed=False) | Q(finished_at__isnull=False, trouble=""),
                name="passed_chain_drills_are_finished",
            ),
        ]
        indexes = [models.Index(fields=["chain", "-id"], name="drills_of_a_chain")]

    @override
    def __str__(self) -> str:
        return f"{self.chain_id} {self.started_at:%Y-%m-%d %H:%M:%S} {self.outcome}"

    def is_of(self, labels: Sequence[str]) -> bool:
        """Whether it says something of these models in this order; `labels`: provider/model."""
        return bool(self.members) and self.members == list(labels)

    @property
    def outcome(self) -> str:
        if self.finished_at is None:
            return "under way"
        return "passed" if self.passed else "not passed"

    @property
    def served(self) -> list[str]:
        """Who answered, each once."""
        return sorted({each["served"] for each in self.answers if each["served"]})

    @property
    def slowest_ms(self) -> int | None:
        return max((each["ms"] for each in self.answers), default=None)

    @property
    def calls(self) -> list[str]:
        return [each["call"] for each in self.answers if each["call"]]


class DrillPlan(models.Model):
    """When a chain is tried out by itself. No row: never."""

    class Every(models.TextChoices):
        DAY = "day", "Daily"
        WEEK = "week", "Weekly, on Mondays"

    chain = models.OneToOneField(Chain, models.CASCADE, primary_key=True, related_name="drill_plan")
    every = models.CharField(max_length=4, choices=Every)
    # Of UTC.
    hour = models.PositiveSmallIntegerField()
    # What was due before is not made up for.
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(hour__lte=23), name="drill_hour_is_of_a_day"),
            models.CheckConstraint(condition=Q(every__in=["day", "week"]), name="drill_rhythm_is_known"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.chain_id}: every {self.every} at {self.hour:02}:00 UTC"

    def last_due(self, *, at: datetime) -> datetime:
        """The newest moment, not after this one, at which it was due."""
        slot = at.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        slot -= timedelta(days=1) if slot > at else timedelta()
        return slot - timedelta(days=slot.weekday()) if self.every == self.Every.WEEK else slot

    def next_due(self, *, at: datetime) -> datetime:
        return self.last_due(at=at) + timedelta(days=7 if self.every == self.Every.WEEK else 1)
