from datetime import datetime, timedelta
from typing import Final, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from aiops.lib import uuid7
from killswitch.models import fitting
from killswitch.models.stop import Stop, choices_of, shown
from killswitch.scopes import SHARED, InFlight, Mode, Scope
from killswitch.targets import Target
from tenants.actors import Actor
from tenants.models import Feature, Tenant, TenantQuerySet
from tenants.scope import is_over_all

# Started later than this after its moment, it says so.
PUNCTUAL: Final = timedelta(seconds=30)


class PlanQuerySet(TenantQuerySet["Plan"]):
    def waiting(self) -> Self:
        return self.filter(state=Plan.State.WAITING)

    def due(self, *, at: datetime) -> Self:
        return self.waiting().filter(starts_at__lte=at)

    def at(self, target: Target) -> Self:
        return self.filter(target=target.key)


class Plan(models.Model):
    """A stop that is to be made at a moment. Until then it stops nothing: only what is in force is a `Stop`."""

    class State(models.TextChoices):
        WAITING = "waiting"
        STARTED = "started"
        CANCELLED = "cancelled"
        NOT_STARTED = "not_started"

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    scope = models.CharField(max_length=20, choices=choices_of(Scope))
    tenant = models.ForeignKey(Tenant, models.PROTECT, null=True, blank=True, related_name="+")
    feature = models.ForeignKey(Feature, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    # These three as of a stop.
    subject = models.CharField(max_length=200, blank=True)
    target = models.CharField(max_length=160)
    label = models.CharField(max_length=500)
    mode = models.CharField(max_length=10, choices=choices_of(Mode))
    in_flight = models.CharField(max_length=10, choices=choices_of(InFlight))
    drain_seconds = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=20, choices=Stop.Reason)
    note = models.TextField(blank=True)
    # What callers will be told; empty: what is said in this mode.
    message = models.CharField(max_length=300, blank=True)
    origin = models.CharField(max_length=12, choices=Stop.Origin)
    starts_at = models.DateTimeField()
    # When what it starts ends again.
    expires_at = models.DateTimeField(null=True, blank=True)
    review_at = models.DateTimeField(null=True, blank=True)
    # Set by a trigger, by the database's clock, whatever was sent.
    made_at = models.DateTimeField(db_default=Now())
    made_by_kind = models.CharField(max_length=10)
    made_by_id = models.CharField(max_length=64)
    made_by_label = models.CharField(max_length=254)
    # Made by somebody over all tenants: a tenant's own people do not cancel it.
    by_operator = models.BooleanField()
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    # When it started, was cancelled, or was found not to be able to start.
    settled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by_kind = models.CharField(max_length=10, blank=True)
    cancelled_by_id = models.CharField(max_length=64, blank=True)
    cancelled_by_label = models.CharField(max_length=254, blank=True)
    cancelled_by_operator = models.BooleanField(default=True)
    # What came of it: a stop of its own, or the one that it joined.
    stop = models.ForeignKey(Stop, models.PROTECT, null=True, blank=True, related_name="plans")
    why_not = models.CharField(max_length=400, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            # Pressed twice, it is planned once.
            models.UniqueConstraint(
                fields=["target", "starts_at"],
                condition=Q(state="waiting"),
                name="one_waiting_plan_per_target_and_start",
            ),
            # What is to be off now is stopped now.
            models.CheckConstraint(condition=Q(starts_at__gt=F("made_at")), name="plans_start_after_they_are_made"),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("starts_at")), name="plans_end_after_their_start"
            ),
            models.CheckConstraint(
                condition=Q(review_at=None) | Q(review_at__gt=F("starts_at")),
                name="plans_are_reviewed_after_their_start",
            ),
            models.CheckConstraint(condition=fitting.SCOPE_FITS_TARGET, name="plan_scope_fits_target"),
            models.CheckConstraint(condition=fitting.MODE_FITS_SCOPE, name="plan_mode_fits_scope"),
            models.CheckConstraint(condition=fitting.ONLY_DRAINING_TAKES_SECONDS, name="plan_seconds_are_of_draining"),
            models.CheckConstraint(condition=fitting.CAREFUL_NEVER_EXPIRE, name="careful_plans_have_no_end"),
            # Neither is one lost from sight, nor said to be what it is not.
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None, stop=None, why_not="", cancelled_by_id="")
                | Q(state="started", settled_at__isnull=False, stop__isnull=False, why_not="", cancelled_by_id="")
                | Q(state="cancelled", settled_at__isnull=False, stop=None, why_not="") & ~Q(cancelled_by_id="")
                | Q(state="not_started", settled_at__isnull=False, stop=None, cancelled_by_id="") & ~Q(why_not=""),
                name="plans_say_what_came_of_them",
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], condition=Q(state="waiting"), name="plans_due"),
            models.Index(fields=["target", "-starts_at"], name="plans_of_a_target"),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.state}"

    @property
    def is_shared(self) -> bool:
        """Over every tenant at once."""
        return self.scope in SHARED

    @property
    def is_careful(self) -> bool:
        return self.reason in Stop.CAREFUL

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def what(self) -> str:
        """What will be off, in words."""
        return self.label

    @property
    def named(self) -> Target:
        """What it will stop, also when that is declared no more: it may be again."""
        return Target(Scope(self.scope), self.target, self.label, self.tenant, self.feature, self.subject)

    def is_kept_from(self, actor: Actor) -> bool:
        return self.by_operator and not actor.is_over_all and self.tenant_id is not None

    def is_late(self, at: datetime) -> bool:
        """Its moment is past, and nobody has started it."""
        return self.is_waiting and at - self.starts_at > PUNCTUAL

    @property
    def maker(self) -> str:
        """Who made it, as whoever is answered just now may know."""
        return shown(self.made_by_label, by_operator=self.by_operator)

    @property
    def canceller(self) -> str:
        return shown(self.cancelled_by_label, by_operator=self.cancelled_by_operator) if self.cancelled_by_id else ""

    @property
    def open_note(self) -> str:
        return "" if self.by_operator and not is_over_all() else self.note
