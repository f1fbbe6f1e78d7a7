from datetime import datetime
from typing import Self, override

from django.db import models
from django.db.models import CompositePrimaryKey, F, Q, Window
from django.db.models.functions import RowNumber

from integrations.contract import Write
from integrations.diffing import Change, changes
from integrations.models.connection import Connection
from integrations.registry import ACTIONS
from tenants.actors import Actor
from tenants.models import Feature, Tenant, TenantQuerySet


class LedgerQuerySet(TenantQuerySet["LedgerEntry"]):
    def waiting(self) -> Self:
        return self.filter(state=LedgerEntry.State.WAITING)

    def unknown(self) -> Self:
        return self.filter(state=LedgerEntry.State.UNKNOWN)

    def left_behind(self, *, since: datetime) -> Self:
        """Those whose process died in the middle of sending."""
        return self.filter(state=LedgerEntry.State.SENDING, sent_at__lt=since)

    def in_doubt(self, *, since: datetime, of_one: int) -> Self:
        """Those doubted before `since`, the ones that were never looked at first; so many of one connection."""
        order = (F("looked_at").asc(nulls_first=True), F("doubted_at").asc())
        rank = Window(RowNumber(), partition_by="connection_id", order_by=order)
        return self.unknown().filter(doubted_at__lt=since).annotate(rank=rank).filter(rank__lte=of_one).order_by(*order)

    def waiting_first(self) -> Self:
        return self.annotate(is_last=~Q(state=LedgerEntry.State.WAITING)).order_by("is_last", "-id")


class LedgerEntry(models.Model):
    """One write to a customer's system, from what was asked to what is there. What was asked never changes.

    A trigger lets states go one way only, and lets nobody change or remove what was asked.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "Dry run"
        WAITING = "waiting", "Waiting for approval"
        SENDING = "sending", "Being sent"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Not known yet"
        DECLINED = "declined", "Declined"
        UNDONE = "undone", "Undone"

    pk = CompositePrimaryKey("tenant_id", "id")
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+", db_index=False)
    id = models.UUIDField()
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="entries", db_index=False)
    action = models.CharField(max_length=100)
    # given:…, call:<id>:<position>, undo:<id>:<n> or dry-run:…; one write each, for good.
    key = models.CharField(max_length=250)
    # Of the action, connection and input: another body under the same key is refused.
    body_digest = models.CharField(max_length=64)
    input = models.JSONField()
    before = models.JSONField(null=True)
    after = models.JSONField()
    # What is sent, as the vendor's code made it for what was shown.
    payload = models.JSONField()
    # Where the connection led then, and as whom: ids in `payload` mean something else in another system.
    planned_against = models.JSONField(null=True)
    writes = models.CharField(max_length=10, choices=Connection.Writes)
    asked_at = models.DateTimeField()
    asked_by_kind = models.CharField(max_length=10)
    asked_by_id = models.CharField(max_length=64)
    asked_by_label = models.CharField(max_length=254)
    # HMAC of the end user's id, as calls have it.
    user_key = models.UUIDField(null=True)
    call_id = models.UUIDField(null=True)
    feature = models.ForeignKey(Feature, models.PROTECT, null=True, related_name="+", db_index=False)
    prompt_version = models.CharField(max_length=200, blank=True)
    # The entry that this one takes back.
    undoes = models.UUIDField(null=True)

    state = models.CharField(max_length=10, choices=State)
    # Moves with each change; whoever decides says which one they saw.
    version = models.PositiveIntegerField(default=1)
    decided_at = models.DateTimeField(null=True)
    decided_by_kind = models.CharField(max_length=10, blank=True)
    decided_by_id = models.CharField(max_length=64, blank=True)
    decided_by_label = models.CharField(max_length=254, blank=True)
    decision_note = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    # Since when nobody knows what the system did, and when it was last tried to find out.
    doubted_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    external_id = models.CharField(max_length=200, blank=True)
    result = models.JSONField(null=True)
    # What a person has to know of what was done, such as that the system has it twice.
    remark = models.CharField(max_length=500, blank=True, default="")
    error_code = models.CharField(max_length=40, blank=True)
    error = models.CharField(max_length=1000, blank=True)
    # Failed for a passing reason, or found undone: the same request may be sent again.
    may_retry = models.BooleanField(default=False)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        db_table = "integrations_write"
        constraints = [
            # One request written twice is an order delivered twice.
            models.UniqueConstraint(fields=["tenant", "key"], name="one_write_a_key"),
            # Two people pressing Undo must not cancel twice.
            models.UniqueConstraint(
                fields=["tenant", "undoes"],
                condition=~Q(state__in=["failed", "declined"]),
                name="undone_once",
            ),
            # A write that is done and nowhere to be found could not be undone.
            models.CheckConstraint(
                condition=~Q(state__in=["done", "undone"]) | ~Q(external_id=""), name="done_says_what_was_made"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sending", "unknown"]) | Q(sent_at__isnull=False), name="sent_says_when"
            ),
            # A decision without a name is nobody's.
            models.CheckConstraint(condition=Q(decided_at=None) | ~Q(decided_by_id=""), name="decided_says_by_whom"),
        ]
        indexes = [
            # Addresses name a write by its id alone, whosever it is.
            models.Index(fields=["id"], name="writes_by_id"),
            models.Index(fields=["tenant", "state", "id"], name="writes_by_state"),
            # Looked for every half minute, over all tenants; seldom are there any.
            models.Index(
                fields=["state", "sent_at"], condition=Q(state__in=["sending", "unknown"]), name="writes_in_doubt"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.action} {self.id}"

    @property
    def reference(self) -> str:
        """What the system keeps with what was written."""
        return f"aiops:{self.id}"

    @property
    def does(self) -> Write | None:
        """None: it is a system's that was taken out of the registry."""
        action = ACTIONS.get(self.action)
        return action if isinstance(action, Write) else None

    @property
    def title(self) -> str:
        return self.does.title if self.does else self.action

    @property
    def headline(self) -> str:
        return self.does.headline(self.after) if self.does else ""

    @property
    def changes(self) -> list[Change]:
        return changes(self.before, self.after, self.does.order if self.does else ())

    @property
    def is_decidable(self) -> bool:
        return self.state == self.State.WAITING or (self.state == self.State.FAILED and self.may_retry)

    @property
    def is_undoable(self) -> bool:
        return self.state == self.State.DONE and self.does is not None and bool(self.does.undone_by)

    def is_of(self, actor: Actor) -> bool:
        return (self.asked_by_kind, self.asked_by_id) == (actor.kind, actor.id)
