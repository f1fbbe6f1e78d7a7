from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

ANSWERING = timedelta(seconds=5)


class ProcessQuerySet(models.QuerySet["Process"]):
    def gateways(self) -> Self:
        return self.filter(kind=Process.Kind.GATEWAY)

    def answering(self, *, at: datetime) -> Self:
        return self.filter(seen_at__gt=at - ANSWERING)


class Process(models.Model):
    """A running process that holds snapshots; written by the process itself once a second."""

    class Kind(models.TextChoices):
        GATEWAY = "gateway"

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=60)
    host = models.CharField(max_length=255)
    pid = models.IntegerField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    stops_revision = models.BigIntegerField()
    config_revision = models.BigIntegerField()
    # False while its Redis subscription is down or deaf: it still learns everything within the comparison's second.
    push_works = models.BooleanField()
    open_calls = models.IntegerField()
    # What it cannot do just now, in words; pages show them.
    faults = ArrayField(models.CharField(max_length=300), default=list, db_default=[])
    # Stops that it keeps in force and PostgreSQL does not know: as pushed, a list.
    held_stops = models.JSONField(default=list, db_default=[])
    # Answers being streamed, by what could stop them: the largest counts only.
    open_streams = models.JSONField(default=dict, db_default={})

    objects = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "processes"

    def __str__(self) -> str:
        return self.name

    def answers_at(self, at: datetime) -> bool:
        return self.seen_at > at - ANSWERING


class Acknowledgement(models.Model):
    """When a process had applied a revision of the stops, by the database's clock, and what it cut."""

    process = models.ForeignKey(Process, models.DB_CASCADE, related_name="acknowledgements")
    stops_revision = models.BigIntegerField()
    applied_at = models.DateTimeField()
    cut = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "stops_revision"], name="one_ack_a_revision")]
        indexes = [models.Index(fields=["stops_revision"], name="ack_by_revision")]

    def __str__(self) -> str:
        return f"{self.process_id} applied {self.stops_revision}"
