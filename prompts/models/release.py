from typing import Self, override

from django.db import models
from django.db.models import F, Q

from aiops.lib import uuid7
from prompts.models.environment import is_plain
from prompts.models.prompt import Prompt
from prompts.models.version import PromptVersion
from tenants.models import Tenant

# Of a main lane: everybody in it.
EVERYBODY = 100


class ReleaseQuerySet(models.QuerySet["Release"]):
    def of(self, prompt: Prompt, environment: str) -> Self:
        return self.filter(prompt=prompt, environment=environment)

    def latest_first(self) -> Self:
        return self.order_by("-number")

    def to_all(self) -> Self:
        """Those of what everybody is served who is in no canary and whose tenant has no version of its own."""
        return self.filter(tenant=None, lane=Release.Lane.MAIN)

    def canaries(self) -> Self:
        return self.filter(lane=Release.Lane.CANARY)

    def newest_of_lanes(self) -> Self:
        """One of each, also where it has ended. Of a part of the rows: whole lanes only."""
        newest = self.order_by("prompt", "environment", "tenant", "lane", "-number")
        newest = newest.distinct("prompt", "environment", "tenant", "lane")
        return type(self)(self.model).filter(pk__in=newest.values("pk"))

    def lasting(self) -> Self:
        """What each lane serves, where it has not ended. As above."""
        return self.newest_of_lanes().filter(percent__gt=0)

    def current(self) -> Self:
        """What each prompt serves to all in each environment."""
        return self.to_all().lasting().order_by("prompt", "environment")


class Release(models.Model):
    """From now on this lane serves this version. Only ever added: going back is a new one that points back.

    An environment has a main lane, which everybody gets; a tenant may have one of its own there. Beside each there
    may be a canary, which a share of people gets.
    """

    class Kind(models.TextChoices):
        RELEASE = "release"
        ROLLBACK = "rollback"
        # The lane is no more; of a main lane: nothing is released there.
        END = "end"

    class Lane(models.TextChoices):
        MAIN = "main"
        CANARY = "canary"

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="releases")
    version = models.ForeignKey(PromptVersion, models.PROTECT, related_name="releases")
    environment = models.CharField(max_length=30)
    # None: everybody's.
    tenant = models.ForeignKey(Tenant, models.PROTECT, null=True, blank=True, related_name="+")
    lane = models.CharField(max_length=10, choices=Lane, default=Lane.MAIN, db_default=Lane.MAIN)
    # Of the people whom the lane is for. 0: it ended, and `version` is what it served until then.
    percent = models.PositiveSmallIntegerField(default=EVERYBODY, db_default=EVERYBODY)
    # The order in which they were made, of this prompt and environment, whatever the lane.
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    note = models.TextField(blank=True)
    # Why it went live without a green verdict.
    override_reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by_kind = models.CharField(max_length=10)
    made_by_id = models.CharField(max_length=64)
    made_by_label = models.CharField(max_length=254)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        indexes = [
            # What is served now, of whatever history, without reading the rows.
            models.Index(
                "prompt",
                "environment",
                "tenant",
                "lane",
                F("number").desc(),
                name="release_by_lane",
                include=["id", "version"],
            ),
            models.Index(fields=["prompt", "-made_at", "-id"], name="release_newest_first"),
        ]
        constraints = [
            # Two newest ones would disagree on what is served.
            models.UniqueConstraint(fields=["prompt", "environment", "number"], name="one_release_a_number"),
            # A part of everybody would leave the others with nothing.
            models.CheckConstraint(
                condition=Q(lane="main", percent__in=[0, EVERYBODY]) | Q(lane="canary", percent__range=(0, 99)),
                name="main_lane_is_for_everybody_and_canary_for_some",
            ),
            # What is served goes by the share, what a rollback goes back to by the kind.
            models.CheckConstraint(
                condition=Q(kind="release", percent__gt=0) | Q(kind="rollback") | Q(kind="end", percent=0),
                name="release_serves_somebody_and_end_nobody",
            ),
            # No call could name it.
            models.CheckConstraint(condition=is_plain(), name="release_environment_is_plain"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.prompt_id} {self.environment} #{self.number}"

    @property
    def is_canary(self) -> bool:
        return self.lane == self.Lane.CANARY

    @property
    def has_ended(self) -> bool:
        return self.percent == 0
