from datetime import timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.db.models.functions import Now

ANSWERING = timedelta(seconds=5)


def _answers() -> Q:
    """By the database's clock, which wrote `seen_at`: a console whose own was set must not take all for silent."""
    return Q(seen_at__gt=Now() - ANSWERING)


class ProcessQuerySet(models.QuerySet["Process"]):
    def gateways(self) -> Self:
        return self.filter(kind=Process.Kind.GATEWAY)

    def answering(self) -> Self:
        return self.filter(_answers())

    def saying_whether_they_answer(self) -> Self:
        return self.annotate(is_answering=ExpressionWrapper(_answers(), models.BooleanField()))


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

    # Of those that were asked whether they answer.
    is_answering: bool

    objects = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "processes"

    def __str__(self) -> str:
        return self.name


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
