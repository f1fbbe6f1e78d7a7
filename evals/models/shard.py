from typing import Self, override

from django.db import models
from django.db.models import CompositePrimaryKey
from django.db.models.functions import Now

from evals.models.run import Run


class ShardQuerySet(models.QuerySet["Shard"]):
    def of(self, run: Run) -> Self:
        return self.filter(run=run)

    def under_way(self) -> Self:
        return self.filter(run__state=Run.State.RUNNING)

    def alive(self) -> Self:
        """A task is at it, and said so a moment ago."""
        return self.filter(until__gt=Now()).exclude(held_by=None)

    def overdue(self) -> Self:
        """Its task has died, or never came."""
        return self.filter(until__lte=Now())


class Shard(models.Model):
    """A share of a run's calls at once. One task at a time is at it, then hands it on to the next."""

    pk = CompositePrimaryKey("run_id", "number")
    run = models.ForeignKey(Run, models.CASCADE, related_name="shards")
    number = models.PositiveSmallIntegerField()
    # Of the one message that goes on with it: any other that names the shard is an old one.
    ticket = models.UUIDField(unique=True)
    # The task that is at it; units that it asks bear this too. It renews `until` for as long as it lives.
    held_by = models.UUIDField(null=True, blank=True)
    # Nobody else need look after it before.
    until = models.DateTimeField()

    objects = ShardQuerySet.as_manager()

    @override
    def __str__(self) -> str:
        return f"{self.run_id} shard {self.number}"
