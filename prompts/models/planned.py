from datetime import datetime
from typing import Self, override

from django.db import models
from django.db.models import Q

from aiops.lib import uuid7
from prompts.models.environment import is_plain
from prompts.models.prompt import Prompt
from prompts.models.release import EVERYBODY, Release
from prompts.models.version import PromptVersion
from tenants.actors import Actor, ActorKind
from tenants.models import Tenant


class PlannedReleaseQuerySet(models.QuerySet["PlannedRelease"]):
    def open(self) -> Self:
        return self.filter(state__in=PlannedRelease.OPEN)

    def waiting(self) -> Self:
        """For a second person."""
        return self.filter(state=PlannedRelease.State.WAITING)

    def asked_by_others(self, by: Actor) -> Self:
        return self.exclude(asked_by_kind=by.kind, asked_by_id=by.id)

    def due(self, *, at: datetime) -> Self:
        return self.filter(state=PlannedRelease.State.SCHEDULED, due_at__lte=at)

    def newest_first(self) -> Self:
        return self.order_by("-id")


class PlannedRelease(models.Model):
    """A release that waits: for a second person, for its time, or for both."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for a second person"
        SCHEDULED = "scheduled"
        RELEASED = "released"
        DECLINED = "declined"
        CANCELLED = "cancelled"
        # Its time came, and it was refused: `fault` says why.
        FAILED = "failed"

    OPEN = (State.WAITING, State.SCHEDULED)

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="planned")
    version = models.ForeignKey(PromptVersion, models.PROTECT, related_name="+")
    environment = models.CharField(max_length=30)
    tenant = models.ForeignKey(Tenant, models.PROTECT, null=True, blank=True, related_name="+")
    # Less than 100: a canary.
    percent = models.PositiveSmallIntegerField(default=EVERYBODY)
    note = models.TextField(blank=True)
    override_reason = models.TextField(blank=True)
    # None: as soon as it is approved.
    due_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State)
    # The number of the newest release there, of any lane; None: it was asked for before this was kept.
    newest_at_ask = models.PositiveIntegerField(null=True, editable=False)
    asked_at = models.DateTimeField()
    asked_by_kind = models.CharField(max_length=10)
    asked_by_id = models.CharField(max_length=64)
    asked_by_label = models.CharField(max_length=254)
    # Who approved, declined or cancelled it.
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_kind = models.CharField(max_length=10, blank=True)
    decided_by_id = models.CharField(max_length=64, blank=True)
    decided_by_label = models.CharField(max_length=254, blank=True)
    decision_note = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    release = models.OneToOneField(Release, models.PROTECT, null=True, blank=True, related_name="planned")
    fault = models.TextField(blank=True)

    objects = PlannedReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            # Two that wait for one lane would undo each other, in an order that nobody chose.
            models.UniqueConstraint(
                fields=["prompt", "environment", "tenant"],
                condition=Q(state__in=["waiting", "scheduled"]),
                nulls_distinct=False,
                name="one_open_plan_a_prompt_environment_and_tenant",
            ),
            models.CheckConstraint(condition=Q(percent__range=(1, EVERYBODY)), name="plan_is_for_somebody"),
            # A release is what a plan that was carried out led to, and no other plan.
            models.CheckConstraint(
                condition=Q(state="released", release__isnull=False) | (~Q(state="released") & Q(release=None)),
                name="plan_is_released_with_its_release",
            ),
            # In a state that nobody asks for it would neither wait nor have ended.
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "scheduled", "released", "declined", "cancelled", "failed"]),
                name="plan_state_is_known",
            ),
            # It would never become due, and keep its lane from every other.
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(due_at__isnull=False), name="plan_that_is_scheduled_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "scheduled"], ended_at=None)
                | (~Q(state__in=["waiting", "scheduled"]) & Q(ended_at__isnull=False)),
                name="plan_has_ended_or_is_open",
            ),
            # Whoever asked for it reads who did not let it go live, or why it did not.
            models.CheckConstraint(
                condition=(Q(decided_at__isnull=False) & ~Q(decided_by_kind=""))
                | (~Q(state__in=["declined", "cancelled"]) & Q(decided_at=None, decided_by_kind="")),
                name="plan_knows_who_decided",
            ),
            models.CheckConstraint(
                condition=(Q(state="failed") & ~Q(fault="")) | (~Q(state="failed") & Q(fault="")),
                name="plan_that_failed_says_why",
            ),
            models.CheckConstraint(condition=is_plain(), name="plan_environment_is_plain"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="scheduled"), name="plans_that_become_due"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.prompt_id} {self.environment} {self.state}"

    @property
    def where(self) -> str:
        return f"{self.tenant.slug} in {self.environment}" if self.tenant else self.environment

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def asker(self) -> Actor:
        return Actor(ActorKind(self.asked_by_kind), self.asked_by_id, self.asked_by_label, is_over_all=True)

    @property
    def decider(self) -> Actor | None:
        """Who approved, declined or cancelled it; None: nobody had to, or did yet."""
        if not self.decided_by_kind:
            return None
        return Actor(ActorKind(self.decided_by_kind), self.decided_by_id, self.decided_by_label, is_over_all=True)
