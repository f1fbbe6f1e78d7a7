from typing import Self, override

from django.db import models
from django.db.models import CompositePrimaryKey, Exists, OuterRef, Q

from evals.models.run import Run
from evals.models.shard import Shard


class ResultQuerySet(models.QuerySet["Result"]):
    def of(self, run: Run) -> Self:
        return self.filter(run=run)

    def asked(self) -> Self:
        return self.exclude(done_at=None)

    def waiting(self) -> Self:
        return self.filter(done_at=None)

    def free(self) -> Self:
        """Nobody is asking it, or who did is gone."""
        asking = Shard.objects.alive().filter(run=OuterRef("run"), held_by=OuterRef("held_by"))
        return self.waiting().filter(~Exists(asking))


class Result(models.Model):
    """One unit of a run: one case, asked once of one arm. Planned first, done once."""

    class Arm(models.TextChoices):
        BASE = "base"
        HEAD = "head"

    pk = CompositePrimaryKey("run_id", "arm", "case", "repeat")
    run = models.ForeignKey(Run, models.CASCADE, related_name="results")
    arm = models.CharField(max_length=4, choices=Arm)
    case = models.CharField(max_length=200)
    repeat = models.PositiveSmallIntegerField()
    # The order in which units are asked: both arms of a case side by side.
    place = models.PositiveIntegerField()
    # By which task; it holds for as long as a shard is held by the same.
    held_by = models.UUIDField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    # None: it could not be told, and `error` or a check says why.
    passed = models.BooleanField(null=True)
    score = models.FloatField(null=True)
    checks = models.JSONField(default=list)
    output = models.TextField(blank=True)
    error = models.TextField(blank=True)
    refused = models.BooleanField(null=True)
    # Of a run that measures confidence: how sure the answer was, and why the gateway gave it to nobody, if it did.
    confidence = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    refusal = models.CharField(max_length=20, blank=True, default="", db_default="")
    latency_ms = models.PositiveIntegerField(null=True)
    input_tokens = models.PositiveIntegerField(null=True)
    output_tokens = models.PositiveIntegerField(null=True)
    # None: the model has no known price.
    cost_usd = models.DecimalField(null=True)
    model = models.CharField(max_length=300, blank=True)
    # As the provider's answer called it: what moves when a model is changed behind its name.
    model_returned = models.CharField(max_length=300, blank=True)
    call_id = models.UUIDField(null=True)

    objects = ResultQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["run", "place"], condition=Q(done_at=None), name="results_waiting"),
            models.Index(fields=["run", "case"], name="results_of_a_case"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=False) | Q(passed=None, score=None, output="", error=""),
                name="only_what_is_done_has_an_outcome",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.arm} {self.case} {self.repeat}"
