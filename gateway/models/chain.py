from typing import override

from django.db import models
from django.db.models import Q

from aiops.lib import uuid7
from gateway.models.model import Model


class Chain(models.Model):
    """Models in the order in which they are asked: the next one when the one before cannot answer."""

    DEADLINE_SECONDS = 120

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    slug = models.CharField(max_length=100, unique=True)
    # For all attempts together, until the answer's first word.
    deadline_seconds = models.PositiveSmallIntegerField(default=DEADLINE_SECONDS)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[A-Za-z0-9][A-Za-z0-9._:/@-]*$"), name="chain_slug_is_plain"
            ),
            models.CheckConstraint(condition=Q(deadline_seconds__gte=1), name="chain_has_time"),
        ]

    @override
    def __str__(self) -> str:
        return self.slug


class ChainMember(models.Model):
    TIMEOUT_SECONDS = 60

    chain = models.ForeignKey(Chain, models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField()
    model = models.ForeignKey(Model, models.PROTECT, related_name="memberships")
    timeout_seconds = models.PositiveSmallIntegerField(default=TIMEOUT_SECONDS)
    attempts = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["chain", "position"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "position"], name="one_member_a_position"),
            # The same model twice is no fallback; asking it again is what `attempts` is for.
            models.UniqueConstraint(fields=["chain", "model"], name="a_model_once_a_chain"),
            models.CheckConstraint(
                condition=Q(timeout_seconds__gte=1, attempts__gte=1, attempts__lte=5), name="member_can_be_asked"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.chain_id} {self.position}: {self.model_id}"
