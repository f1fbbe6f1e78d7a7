from typing import Final

from django.db import models
from django.db.models.functions import Now

from killswitch.models.stop import Stop, shown
from tenants.scope import is_over_all

# In the evidence of what only adds a note, which is no stop by one more.
NOTE: Final = "is_note"


class StopEvent(models.Model):
    """One change of a stop, before and after; append-only."""

    class Kind(models.TextChoices):
        MADE = "made"
        JOINED = "joined"
        LIFTED = "lifted"
        EXPIRED = "expired"
        REVIEWED = "reviewed"
        # A rule's stop lets a share of the calls pass, or none again.
        ADMITTED = "admitted"

    stop = models.ForeignKey(Stop, models.PROTECT, related_name="events")
    version = models.PositiveIntegerField()
    # Of the stops, at which this change was committed.
    revision = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    # By the database's clock, which the processes' acknowledgements carry too.
    recorded_at = models.DateTimeField(db_default=Now())
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=64)
    actor_label = models.CharField(max_length=254)
    by_operator = models.BooleanField(default=True)
    reason = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    before = models.JSONField()
    after = models.JSONField()
    # What the person was shown before confirming: calls a minute, people online.
    blast_radius = models.JSONField(default=dict)
    # Why a rule did it: what it counted.
    evidence = models.JSONField(default=dict)
    # The door through which it came.
    origin = models.CharField(max_length=12, choices=Stop.Origin, default=Stop.Origin.CONSOLE)
    audit_seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stop", "version"], name="one_event_a_change")]
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.stop_id} {self.kind}"

    @property
    def is_note(self) -> bool:
        return self.kind == self.Kind.JOINED and bool(self.evidence.get(NOTE))

    @property
    def is_join(self) -> bool:
        """Somebody stopped it, too; who adds a note tells what they know, and takes nothing over."""
        return self.kind == self.Kind.JOINED and not self.is_note

    @property
    def doer(self) -> str:
        """Who did it, as whoever is answered just now may know."""
        return shown(self.actor_label, by_operator=self.by_operator)

    @property
    def open_note(self) -> str:
        return "" if self.by_operator and not is_over_all() else self.note
