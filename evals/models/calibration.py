from typing import Self, override

from django.db import models
from django.db.models import Q

from aiops.lib import uuid7
from evals.calibration.calibrated import detail_of
from evals.calibration.curve import Point
from evals.calibration.intervals import clopper_pearson
from evals.models.run import Run
from tenants.models import Feature


class CalibrationQuerySet(models.QuerySet["Calibration"]):
    def of(self, feature: Feature) -> Self:
        return self.filter(feature=feature)

    def applied(self) -> Self:
        """Set, and not taken back; the newest first."""
        return self.filter(applied_at__isnull=False, undone_at=None).order_by("-applied_at", "-id")


class Calibration(models.Model):
    """Which threshold holds a target for a feature, as one run says. Applied, it is the feature's own."""

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    feature = models.ForeignKey(Feature, models.PROTECT, related_name="calibrations")
    run = models.ForeignKey(Run, models.PROTECT, related_name="calibrations")
    # Of all cases the share that may be wrong and answered.
    target = models.DecimalField(max_digits=5, decimal_places=4)
    # None: no threshold holds it.
    threshold = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    cases = models.PositiveIntegerField()
    unmeasured = models.PositiveIntegerField()
    # At the threshold.
    answered = models.PositiveIntegerField()
    wrong = models.PositiveIntegerField()
    sentence = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    made_by_kind = models.CharField(max_length=10)
    made_by_id = models.CharField(max_length=64)
    made_by_label = models.CharField(max_length=254)
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.CharField(max_length=254, blank=True)
    # Why all the same, where the run was not of what was live.
    reason = models.TextField(blank=True)
    # What undoing it puts back.
    threshold_before = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=254, blank=True)

    objects = CalibrationQuerySet.as_manager()

    class Meta:
        constraints = [
            # A target in per cent would let every answer pass.
            models.CheckConstraint(condition=Q(target__gt=0, target__lt=1), name="target_is_a_share"),
            models.CheckConstraint(
                condition=Q(threshold=None) | Q(threshold__gte=0, threshold__lte=1), name="threshold_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(applied_at=None) | Q(threshold__isnull=False, threshold_before__isnull=False),
                name="what_is_applied_can_be_undone",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(applied_at__isnull=False), name="only_what_was_applied_is_undone"
            ),
        ]
        indexes = [models.Index(fields=["feature", "-id"], name="calibrations_of_a_feature")]

    @override
    def __str__(self) -> str:
        return f"{self.feature_id} {self.target}"

    @property
    def coverage(self) -> float:
        return self.answered / self.cases if self.cases else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Of the error, 95 times in 100."""
        return clopper_pearson(self.wrong, self.answered)

    @property
    def detail(self) -> str:
        """What the sentence rests on."""
        point = None if self.threshold is None else Point(self.threshold, self.cases, self.answered, self.wrong)
        return detail_of(point, self.cases)

    @property
    def error(self) -> float | None:
        return self.wrong / self.answered if self.answered else None
