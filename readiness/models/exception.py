from datetime import date
from typing import Self, override

from django.db import models
from django.db.models import F, Q

from aiops.lib import uuid7
from tenants.actors import Actor
from tenants.models import Feature


class ItemExceptionQuerySet(models.QuerySet["ItemException"]):
    def open(self) -> Self:
        """Nobody has ended it."""
        return self.filter(ended_at=None)

    def unexpired(self, *, on: date) -> Self:
        return self.open().filter(Q(expires_on=None) | Q(expires_on__gte=on))

    def in_force(self, *, on: date) -> Self:
        return self.unexpired(on=on).exclude(agreed_at=None)

    def waiting(self, *, on: date) -> Self:
        """For a second person."""
        return self.unexpired(on=on).filter(agreed_at=None)


class ItemException(models.Model):
    """An item that need not be met: waived for a time, or not applicable. It holds once a second person agrees."""

    class Kind(models.TextChoices):
        WAIVED = "waived", "Waived"
        NOT_APPLICABLE = "not_applicable", "Not applicable"

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    item = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    # None: of all features.
    feature = models.ForeignKey(Feature, models.CASCADE, null=True, blank=True, related_name="item_exceptions")
    reason = models.TextField()
    asked_by_kind = models.CharField(max_length=10)
    asked_by_id = models.CharField(max_length=64)
    asked_by_label = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
    agreed_by_id = models.CharField(max_length=64, blank=True)
    agreed_by_label = models.CharField(max_length=254, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    # The last day on which it counts; None, of what is not applicable: until somebody ends it.
    expires_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=254, blank=True)

    objects = ItemExceptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(item__gte=1, item__lte=26), name="excepted_item_is_of_the_26"),
            # One person alone could bring a feature over the bar.
            models.CheckConstraint(condition=~Q(agreed_by_id=F("asked_by_id")), name="a_second_person_agrees"),
            models.CheckConstraint(
                condition=Q(agreed_at=None, agreed_by_id="") | Q(agreed_at__isnull=False) & ~Q(agreed_by_id=""),
                name="agreed_exceptions_say_by_whom",
            ),
            # A key that asked may be in the hands of whoever agrees.
            models.CheckConstraint(
                condition=Q(agreed_at=None) | Q(asked_by_kind="user"), name="a_person_asked_for_what_is_agreed"
            ),
            # A waiver without an end is a rule that nobody made.
            models.CheckConstraint(
                condition=Q(kind="not_applicable") | Q(kind="waived", expires_on__isnull=False), name="waivers_end"
            ),
            # Two open ones could disagree on whether the item counts.
            models.UniqueConstraint(
                fields=["item", "feature"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="one_open_exception_an_item_and_feature",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.item} {self.kind}"

    @property
    def is_agreed(self) -> bool:
        return self.agreed_at is not None

    def was_asked_by(self, actor: Actor) -> bool:
        return self.asked_by_id == actor.id
