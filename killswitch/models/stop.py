from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from django.db import models
from django.db.models import Max, Q

from aiops.lib import uuid7
from killswitch import scopes
from killswitch.guard import ActiveStop
from killswitch.models import fitting
from killswitch.scopes import InFlight, Mode, Scope
from killswitch.targets import Target
from tenants.actors import Actor, ActorKind
from tenants.makers import Who, behind, is_another_person
from tenants.models import Feature, Tenant
from tenants.scope import ALL, Tenants, is_over_all

# Before the user and host of who made a stop by breaking the glass: names of a machine, which are nobody's here; and
# before nothing that is known of who made one that processes alone had kept.
GLASS: Final = "break-glass:"
# To a tenant's people whoever of the operator did something.
THE_OPERATOR: Final = "the operator"


class StopQuerySet(models.QuerySet["Stop"]):
    def of(self, tenant: Tenant) -> Self:
        """All that are made for this tenant alone: of it, its features, systems and people."""
        return self.filter(tenant=tenant)

    def switches(self) -> Self:
        """Of customers as wholes and of their features: what the list of switches shows a customer by."""
        return self.filter(scope__in=(Scope.TENANT, Scope.TENANT_FEATURE), tenant__in=Tenant.objects.customers())

    def at(self, target: Target) -> Self:
        return self.filter(target=target.key)

    def visible_to(self, tenants: Tenants) -> Self:
        """Those over everybody tell of the operator's affairs: they are for whoever is over all tenants."""
        of_theirs = Q(tenant__in=Tenant.objects.all())
        return self.filter(of_theirs | Q(tenant=None) if tenants == ALL else of_theirs)

    def active(self) -> Self:
        return self.filter(state=Stop.State.ACTIVE)

    def due(self, *, at: datetime) -> Self:
        return self.active().filter(expires_at__lte=at)

    def due_for_review(self, *, at: datetime) -> Self:
        return self.filter(review_at__lte=at)


def choices_of(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("_", " ")) for word in words]


def shown(label: str, *, by_operator: bool) -> str:
    return THE_OPERATOR if by_operator and not is_over_all() else label


class Stop(models.Model):
    """AI is off for a target, or does less there. No active row means allowed."""

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

    class Origin(models.TextChoices):
        CONSOLE = "console"
        API = "api", "API"
        CLI = "cli", "command"
        RULE = "rule"
        DRILL = "drill"
        BREAK_GLASS = "break_glass", "broken glass"

    # Made for one of these, a stop is lifted by a second person and never by the clock.
    CAREFUL = frozenset({Reason.SAFETY, Reason.PRIVACY, Reason.LEGAL})

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    scope = models.CharField(max_length=20, choices=choices_of(Scope))
    tenant = models.ForeignKey(Tenant, models.PROTECT, null=True, blank=True, related_name="stops")
    feature = models.ForeignKey(Feature, models.PROTECT, null=True, blank=True, related_name="stops")
    # The name of a provider, a model, a prompt's version, a system or the key of a person; no row of ours to point to.
    subject = models.CharField(max_length=200, blank=True)
    # What the guard probes.
    target = models.CharField(max_length=160)
    # What people call it, also when it is no more.
    label = models.CharField(max_length=500, default="")
    mode = models.CharField(max_length=10, choices=choices_of(Mode), default=Mode.REFUSE.value)
    in_flight = models.CharField(max_length=10, choices=choices_of(InFlight), default=InFlight.CUT.value)
    drain_seconds = models.PositiveSmallIntegerField(default=0)
    # Per cent of the calls that pass: of a rule's stop that tries whether the trouble is over.
    admits = models.PositiveSmallIntegerField(default=0)
    origin = models.CharField(max_length=12, choices=Origin, default=Origin.CONSOLE)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    reason = models.CharField(max_length=20, choices=Reason)
    note = models.TextField(blank=True)
    # What callers are told.
    message = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    made_by_kind = models.CharField(max_length=10)
    made_by_id = models.CharField(max_length=64)
    made_by_label = models.CharField(max_length=254)
    # Whoever made it for a careful reason after all; empty where nobody did, or the first reason was one.
    careful_by_kind = models.CharField(max_length=10, blank=True, default="")
    careful_by_id = models.CharField(max_length=64, blank=True, default="")
    careful_by_label = models.CharField(max_length=254, blank=True, default="")
    careful_by_operator = models.BooleanField(default=True)
    # Made, or joined, by somebody over all tenants: a tenant's own people do not lift it.
    by_operator = models.BooleanField(default=True)
    # Also of who made it, and of the note.
    made_by_operator = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    # When somebody has to look at it, in force or lifted; empty once that was done.
    review_at = models.DateTimeField(null=True, blank=True)
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
            models.CheckConstraint(condition=fitting.SCOPE_FITS_TARGET, name="scope_fits_target"),
            models.CheckConstraint(condition=fitting.MODE_FITS_SCOPE, name="mode_fits_scope"),
            models.CheckConstraint(condition=fitting.ONLY_DRAINING_TAKES_SECONDS, name="only_draining_takes_seconds"),
            # A lever of people has no percentages.
            models.CheckConstraint(
                condition=Q(admits=0) | Q(origin="rule", admits__lt=100), name="only_a_rules_stop_admits_a_share"
            ),
            # A rule stops no whole tenant, nor everyone.
            models.CheckConstraint(
                condition=~Q(origin="rule")
                | Q(scope__in=["model", "provider", "connection", "prompt_version", "tenant_feature"]),
                name="rules_stop_parts_only",
            ),
            models.CheckConstraint(condition=fitting.CAREFUL_NEVER_EXPIRE, name="careful_stops_never_expire"),
            models.CheckConstraint(
                condition=Q(state="active", lifted_at=None) | Q(state="lifted", lifted_at__isnull=False),
                name="lifted_stops_say_when",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "-made_at"], name="stops_of_a_tenant"),
            models.Index(fields=["expires_at"], condition=Q(state="active"), name="stops_due"),
            models.Index(fields=["review_at"], condition=Q(review_at__isnull=False), name="stops_to_review"),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.state}"

    @property
    def is_careful(self) -> bool:
        return self.reason in self.CAREFUL

    def needs_another(self, actor: Actor, *, at_a_glance: bool = False) -> bool:
        """A careful stop is not for whoever made it so to lift, nor one of the operator's for a tenant's people.

        `at_a_glance`: for lists, without looking up whose a key is.
        """
        if self.is_kept_from(actor):
            return True
        if self.takes_two:
            return not self._is_reviewed_beside(actor)
        if at_a_glance:
            return self.is_careful and self._careful_by == (actor.kind, actor.id)
        return self.is_careful and not is_another_person(actor, than=self._careful_by)

    def is_for_another_to_review(self, actor: Actor) -> bool:
        """Neither who made it reviews it nor who made it careful, be it in person or with a key."""
        whose = (self._made_by, self._careful_by)
        if self.is_careful:
            return not all(is_another_person(actor, than=each) for each in whose)
        return any(behind(actor.kind, actor.id) & behind(*each) for each in whose)

    @property
    def takes_two(self) -> bool:
        """Careful, and of who made it so at most a name is known: one person reviews it, another lifts it."""
        return self.is_careful and (self.careful_by_id or self.made_by_id).startswith(GLASS)

    def _is_reviewed_beside(self, actor: Actor) -> bool:
        """This is a person, and another has looked at it since the glass was broken."""
        events = self.events.all()
        broken = events.filter(actor_id__startswith=GLASS).aggregate(last=Max("version"))["last"] or 0
        reviews = events.filter(kind=events.model.Kind.REVIEWED, actor_kind=ActorKind.USER, version__gt=broken)
        return actor.kind == ActorKind.USER and reviews.exclude(actor_id=actor.id).exists()

    def is_kept_from(self, actor: Actor) -> bool:
        return self.by_operator and not actor.is_over_all and self.tenant_id is not None

    def is_by(self, actor: Actor) -> bool:
        return self._made_by == (actor.kind, actor.id)

    @property
    def _made_by(self) -> Who:
        return self.made_by_kind, self.made_by_id

    @property
    def _careful_by(self) -> Who:
        return (self.careful_by_kind, self.careful_by_id) if self.careful_by_id else self._made_by

    @property
    def maker(self) -> str:
        """Who made it, as whoever is answered just now may know."""
        return shown(self.made_by_label, by_operator=self.made_by_operator)

    @property
    def careful_maker(self) -> str:
        return shown(self.careful_by_label, by_operator=self.careful_by_operator) if self.careful_by_id else ""

    @property
    def open_note(self) -> str:
        return "" if self.made_by_operator and not is_over_all() else self.note

    @property
    def is_shared(self) -> bool:
        """Over every tenant at once."""
        return self.scope in scopes.SHARED

    @property
    def aim(self) -> Target:
        return Target(Scope(self.scope), self.target, self.what, self.tenant, self.feature, self.subject)

    @property
    def what(self) -> str:
        """What is off, in words."""
        match self.scope:
            case Scope.TENANT | Scope.TENANT_FEATURE if self.tenant:
                return f"{self.feature.name} of {self.tenant.name}" if self.feature else self.tenant.name
            case Scope.FEATURE if self.feature:
                return f"{self.feature.name} of everyone"
        return self.label

    def as_active(self) -> ActiveStop:
        return ActiveStop(
            self.pk,
            self.target,
            self.reason,
            self.message,
            self.mode,
            self.in_flight,
            self.drain_seconds,
            self.admits,
            self.version,
        )
