from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from aiops.lib import uuid7
from killswitch import guard
from tenants.actors import Actor
from tenants.models import Feature, Tenant


class StopQuerySet(models.QuerySet["Stop"]):
    def of(self, tenant: Tenant) -> Self:
        return self.filter(tenant=tenant)

    def active(self) -> Self:
        return self.filter(state=Stop.State.ACTIVE)

    def due(self, *, at: datetime) -> Self:
        return self.active().filter(expires_at__lte=at)


class Stop(models.Model):
    """AI is off for a tenant, or for one feature of it. No active row means allowed."""

    class Scope(models.TextChoices):
        TENANT = "tenant"
        TENANT_FEATURE = "tenant_feature"

    class Reason(models.TextChoices):
        LOOKING = "looking", "Looking into it"
        ANSWERS = "answers", "Bad answers"
        COST = "cost", "Cost"
        PRIVACY = "privacy", "Data or privacy"
        CUSTOMER = "customer", "Customer asked"
        SAFETY = "safety", "Safety"
        OUTAGE = "outage", "Provider outage"
        LEGAL = "legal", "Legal"
        MAINTENANCE = "maintenance", "Maintenance"
        DRILL = "drill", "Drill"
        AUTOMATIC = "automatic", "Automatic"

    class State(models.TextChoices):
        ACTIVE = "active"
        LIFTED = "lifted"

    # Made for one of these, a stop is lifted by a second person and never by the clock.
    CAREFUL = frozenset({Reason.SAFETY, Reason.PRIVACY, Reason.LEGAL})

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    scope = models.CharField(max_length=20, choices=Scope)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="stops")
    feature = models.ForeignKey(Feature, models.PROTECT, null=True, blank=True, related_name="stops")
    target = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    reason = models.CharField(max_length=20, choices=Reason)
    note = models.TextField(blank=True)
    # What callers are told.
    message = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    made_by_kind = models.CharField(max_length=10)
    made_by_id = models.CharField(max_length=64)
    made_by_label = models.CharField(max_length=254)
    expires_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    # Moves with each change; a trigger refuses a change that has no event of this version.
    version = models.PositiveIntegerField(default=1)
    # The stops' revision at which the last change was committed.
    revision = models.BigIntegerField(default=0)

    objects = StopQuerySet.as_manager()

    class Meta:
        constraints = [
            # Two active stops of one target could disagree on when it comes back.
            models.UniqueConstraint(fields=["target"], condition=Q(state="active"), name="one_active_stop_per_target"),
            models.CheckConstraint(
                condition=Q(scope="tenant", feature=None) | Q(scope="tenant_feature", feature__isnull=False),
                name="scope_fits_target",
            ),
            # A stop for safety, privacy or law comes up for review; a clock does not end it.
            models.CheckConstraint(
                condition=Q(expires_at=None) | ~Q(reason__in=["safety", "privacy", "legal"]),
                name="careful_stops_never_expire",
            ),
            models.CheckConstraint(
                condition=Q(state="active", lifted_at=None) | Q(state="lifted", lifted_at__isnull=False),
                name="lifted_stops_say_when",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "-made_at"], name="stops_of_a_tenant"),
            models.Index(fields=["expires_at"], condition=Q(state="active"), name="stops_due"),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.state}"

    @property
    def is_careful(self) -> bool:
        return self.reason in self.CAREFUL

    def needs_another(self, actor: Actor) -> bool:
        """A careful stop is not for whoever made it to lift."""
        return self.is_careful and (self.made_by_kind, self.made_by_id) == (actor.kind, actor.id)

    @property
    def what(self) -> str:
        """What is off, in words."""
        return f"{self.feature.name} of {self.tenant.name}" if self.feature else self.tenant.name

    def as_active(self) -> guard.ActiveStop:
        return guard.ActiveStop(self.pk, self.target, self.reason, self.message)
