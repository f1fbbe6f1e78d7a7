from typing import Final, Self, override

from django.db import models
from django.db.models import F, Q

from aiops.lib import uuid7
from evals.models.suite import SuiteVersion
from prompts.models import Prompt, PromptVersion
from tenants.models import Feature


class RunQuerySet(models.QuerySet["Run"]):
    def running(self) -> Self:
        return self.filter(state=Run.State.RUNNING)

    def finished(self) -> Self:
        return self.filter(state=Run.State.FINISHED)

    def queued(self) -> Self:
        """All but those of which no worker could be told: they end as they begin."""
        return self.exclude(ended_at=F("started_at"), state=Run.State.CANCELLED)

    def newest_first(self) -> Self:
        return self.order_by("-id")


class Run(models.Model):
    """A suite asked of one version of a prompt, or of two that are compared, at the same time."""

    class Kind(models.TextChoices):
        # Head against base: what a change is judged by.
        COMPARISON = "comparison"
        # One version alone: a first release has nothing to beat.
        FIRST = "first"
        # What is live, once a day, past every cache.
        CANARY = "canary"
        # What is sure of itself is asked whether it is right: a feature's threshold is calibrated from it.
        CONFIDENCE = "confidence"
        # One version, asked of one model of its chain: whether that one could stand in.
        MODEL = "model"

    class State(models.TextChoices):
        RUNNING = "running"
        FINISHED = "finished"
        CANCELLED = "cancelled"

    class Verdict(models.TextChoices):
        PASS = "pass", "Pass"
        BLOCKED = "blocked", "Blocked"
        INCONCLUSIVE = "inconclusive", "Inconclusive"
        UNMEASURED = "could not measure", "Could not measure"

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    suite = models.ForeignKey(SuiteVersion, models.PROTECT, related_name="runs")
    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="runs")
    # None when head is asked alone.
    base = models.ForeignKey(PromptVersion, models.PROTECT, null=True, blank=True, related_name="runs_as_base")
    head = models.ForeignKey(PromptVersion, models.PROTECT, related_name="runs_as_head")
    # Of one that measures confidence: whose demands its answers are held to, all but the threshold.
    stands_for = models.ForeignKey(Feature, models.PROTECT, null=True, blank=True, related_name="confidence_runs")
    # Of one that asks a model: which, instead of what the version names itself.
    model = models.CharField(max_length=100, blank=True, default="", db_default="")
    # 1, 2, or 3 for the cases that must pass and are asked again.
    look = models.PositiveSmallIntegerField(default=1)
    # Calls under way at once, over all workers.
    at_once = models.PositiveSmallIntegerField(default=20)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    verdict = models.CharField(max_length=20, choices=Verdict, blank=True)
    # The whole of the gate's answer, and each arm's sums.
    report = models.JSONField(default=dict)
    commit = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    started_by_kind = models.CharField(max_length=10)
    started_by_id = models.CharField(max_length=64)
    started_by_label = models.CharField(max_length=254)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="comparison", base__isnull=False) | ~Q(kind="comparison") & Q(base=None),
                name="only_a_comparison_has_a_base",
            ),
            # Whose answers they were would be anybody's guess.
            models.CheckConstraint(
                condition=Q(kind="model") & ~Q(model="") | ~Q(kind="model") & Q(model=""),
                name="only_a_models_run_names_it",
            ),
            models.CheckConstraint(
                condition=Q(kind="confidence", stands_for__isnull=False) | ~Q(kind="confidence") & Q(stands_for=None),
                name="only_confidence_stands_for_a_feature",
            ),
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None) | ~Q(state="running") & Q(ended_at__isnull=False),
                name="ended_runs_say_when",
            ),
            # What was measured has a verdict; what was broken off never has.
            models.CheckConstraint(condition=Q(verdict="") | Q(state="finished"), name="only_the_finished_are_judged"),
            # Two at once would count the same day twice in its baseline, and be paid twice.
            models.UniqueConstraint(
                fields=["suite", "head"],
                condition=Q(kind="canary", state="running"),
                name="one_canary_of_a_version_at_once",
            ),
        ]
        indexes = [
            models.Index(fields=["head", "suite", "-id"], name="runs_of_a_version"),
            models.Index(fields=["state"], condition=Q(state="running"), name="runs_under_way"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_measured_alone(self) -> bool:
        """It says how things are, and judges nothing."""
        return self.kind in MEASURED_ALONE

    @property
    def was_never_queued(self) -> bool:
        return self.state == self.State.CANCELLED and self.ended_at == self.started_at

    @property
    def is_comparison(self) -> bool:
        return self.kind == self.Kind.COMPARISON

    @property
    def arms(self) -> tuple[str, ...]:
        return ("base", "head") if self.is_comparison else ("head",)

    def version_of(self, arm: str) -> PromptVersion:
        return self.base if arm == "base" and self.base is not None else self.head


# What judges no release.
MEASURED_ALONE: Final = (Run.Kind.CANARY, Run.Kind.CONFIDENCE, Run.Kind.MODEL)
