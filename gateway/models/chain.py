from typing import override

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from aiops.lib import uuid7
from gateway.chain_limits import remarks_on
from gateway.models.model import Model
from gateway.routing.triggers import EVERY, Trigger, in_order

TRIGGERS = [str(each) for each in Trigger]


def every_trigger() -> list[str]:
    return in_order(EVERY)


class Chain(models.Model):
    """Models in the order in which they are asked: the next one when the one before cannot answer."""

    DEADLINE_SECONDS = 120
    MAX_HOPS = 12

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    slug = models.CharField(max_length=100, unique=True)
    # For all attempts together, until the answer's first word.
    deadline_seconds = models.PositiveSmallIntegerField(default=DEADLINE_SECONDS)
    # Which failures lead to the next model; any other ends the call.
    triggers = ArrayField(models.CharField(max_length=20), default=every_trigger)
    # Of all models together: no call is worth more attempts.
    max_hops = models.PositiveSmallIntegerField(default=MAX_HOPS)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[A-Za-z0-9][A-Za-z0-9._:/@-]*$"), name="chain_slug_is_plain"
            ),
            models.CheckConstraint(condition=Q(deadline_seconds__gte=1), name="chain_has_time"),
            # A misspelt trigger would stop every gateway from reading its configuration.
            models.CheckConstraint(condition=Q(triggers__contained_by=TRIGGERS), name="chain_triggers_are_known"),
            models.CheckConstraint(condition=Q(max_hops__gte=1, max_hops__lte=12), name="chain_asks_somebody"),
        ]

    @override
    def __str__(self) -> str:
        return self.slug

    def labels(self) -> list[str]:
        """Its models as provider/model, in the order in which they are asked."""
        rows = self.members.select_related("model__provider").order_by("position")
        return [row.model.label for row in rows]

    @property
    def remarks(self) -> list[str]:
        """What its author may not have meant."""
        rows = self.members.select_related("model").order_by("position")
        return remarks_on([(row.model.slug, row.timeout_seconds) for row in rows], self.deadline_seconds)


class ChainMember(models.Model):
    TIMEOUT_SECONDS = 60

    chain = models.ForeignKey(Chain, models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField()
    model = models.ForeignKey(Model, models.PROTECT, related_name="memberships")
    timeout_seconds = models.PositiveSmallIntegerField(default=TIMEOUT_SECONDS)
    attempts = models.PositiveSmallIntegerField(default=1)
    # Of this share of the calls it is asked first; the rest begin with the first position.
    first_percent = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["chain", "position"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "position"], name="one_member_a_position"),
            # The same model twice is no fallback; asking it again is what `attempts` is for.
            models.UniqueConstraint(fields=["chain", "model"], name="a_model_once_a_chain"),
            models.CheckConstraint(
                condition=Q(timeout_seconds__gte=1, attempts__gte=1, attempts__lte=5), name="member_can_be_asked"
            ),
            models.CheckConstraint(condition=Q(first_percent__lte=100), name="member_share_is_a_share"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.chain_id} {self.position}: {self.model_id}"
