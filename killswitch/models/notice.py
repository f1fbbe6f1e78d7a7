from datetime import datetime
from typing import Self, override

from django.db import models
from django.db.models import Q

from aiops.lib import uuid7
from killswitch.models.channel import Channel
from tenants.models import Tenant, TenantQuerySet, User


class NoticeQuerySet(TenantQuerySet["Notice"]):
    def waiting(self) -> Self:
        return self.filter(state=Notice.State.WAITING)

    def due(self, *, at: datetime) -> Self:
        """Those that nobody is sending: a claim that lapsed was a process that died."""
        return self.waiting().filter(Q(claimed_until=None) | Q(claimed_until__lte=at), due_at__lte=at)

    def being_sent(self, *, at: datetime) -> Self:
        return self.waiting().filter(claimed_until__gt=at)


class Notice(models.Model):
    """One piece of news for one channel, or for one person: written with what it tells of, sent once it can be."""

    class Kind(models.TextChoices):
        CHANGED = "changed"
        LATE = "late"
        CONFIRMED = "confirmed"
        EXPIRING = "expiring"
        REVIEW_DUE = "review_due"
        RESUMED = "resumed"
        LEAKED = "leaked"
        # Of stops that are to be made at a moment.
        PLANNED = "planned"
        CANCELLED = "cancelled"
        NOT_STARTED = "not_started"
        # Of a prompt's release that was to be made at a moment.
        NOT_RELEASED = "not_released"
        TEST = "test"

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        GIVEN_UP = "given_up"

    # Sent along, the same at each try: who gets it twice can tell.
    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="+", db_index=False)
    # Without a constraint of the database: with it a stop would wait for whoever is just removing a channel.
    channel = models.ForeignKey(
        Channel, models.DO_NOTHING, null=True, blank=True, related_name="notices", db_constraint=False, db_index=False
    )
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    # Whose turn it is is settled for each receiver by itself.
    road = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind)
    # What it tells of; the same is told once.
    key = models.CharField(max_length=120)
    stop_id = models.UUIDField(null=True, blank=True)
    # Of the stops, when it is about a change.
    revision = models.BigIntegerField(null=True, blank=True)
    facts = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    says = models.CharField(max_length=400, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["road", "key"], name="told_once"),
            models.CheckConstraint(
                condition=Q(channel__isnull=False, user=None) | Q(channel=None, user__isnull=False),
                name="notices_have_one_receiver",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="notices_due"),
            models.Index(fields=["tenant", "-id"], name="notices_of_a_tenant"),
            models.Index(fields=["kind", "revision"], name="notices_by_revision"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
