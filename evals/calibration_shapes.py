"""What the API takes and gives of calibrations."""

from typing import Any, override

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from evals.confidence.effect import what_it_does
from evals.confidence.live import differences
from evals.confidence.measured import check_target
from evals.models import Calibration
from evals.services.runs import MOST_AT_ONCE
from tenants.refusals import Invalid
from tenants.serializers import Strict


class ConfidenceRunOrder(Strict):
    suite = serializers.CharField(help_text="Its name. Its cases need a variable `sources`.")
    prompt = serializers.CharField(required=False, help_text="The suite's own, unless given.")
    head = serializers.CharField(required=False, help_text="A version; what is live in production, unless given.")
    at_once = serializers.IntegerField(default=20, min_value=1, max_value=MOST_AT_ONCE, help_text="Calls at once.")


@extend_schema_serializer(
    examples=[OpenApiExample("Two percent", value={"suite": "draft-replies", "target": "0.02"}, request_only=True)]
)
class CalibrationOrder(Strict):
    target = serializers.DecimalField(
        max_digits=5, decimal_places=4, help_text="Of all questions the share that may be wrong and answered: 0.02."
    )
    suite = serializers.CharField(required=False, help_text="Whose newest finished run is taken.")
    run = serializers.UUIDField(required=False, help_text="One that measured confidence, instead of the newest.")

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        faults: dict[str, list[str]] = {}
        try:
            check_target(attrs["target"])
        except Invalid as fault:
            faults["target"] = [fault.sentence]
        if "suite" not in attrs and "run" not in attrs:
            faults["suite"] = ["Say the suite, or the run."]
        if faults:
            raise serializers.ValidationError(faults)
        return attrs


class ThresholdOrder(Strict):
    reason = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=2000,
        help_text="Why, when the run is not of what is live. Goes into the audit log.",
    )


class CalibrationShape(serializers.ModelSerializer[Calibration]):
    feature = serializers.CharField(source="feature.slug")
    suite = serializers.CharField(source="run.suite.suite.name")
    run = serializers.UUIDField(source="run_id")
    prompt = serializers.CharField(source="run.prompt.name")
    version = serializers.CharField(source="run.head.hash")
    target = serializers.FloatField()
    threshold = serializers.FloatField(allow_null=True, help_text="Null when none holds the target.")
    coverage = serializers.FloatField(help_text="Of all cases the share that is answered.")
    error = serializers.FloatField(allow_null=True, help_text="Of what is answered the share that is wrong.")
    error_interval = serializers.ListField(
        source="interval", child=serializers.FloatField(), help_text="From and to, 95% (Clopper-Pearson)."
    )
    differs = serializers.SerializerMethodField(help_text="How what was measured differs from what is live.")
    effect = serializers.SerializerMethodField(
        help_text="What the feature does by this threshold once it is set, as it checks answers now; null without one."
    )
    made_by = serializers.CharField(source="made_by_label")

    class Meta:
        model = Calibration
        fields = [
            "id", "feature", "suite", "run", "prompt", "version", "target", "threshold", "sentence", "detail", "cases",
            "unmeasured", "answered", "wrong", "coverage", "error", "error_interval", "differs", "effect", "made_at",
            "made_by", "applied_at", "applied_by", "threshold_before", "reason", "undone_at", "undone_by",
        ]  # fmt: skip

    threshold_before = serializers.FloatField(allow_null=True, help_text="What undoing it puts back.")
    detail = serializers.CharField(help_text="What the sentence rests on.")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_differs(self, calibration: Calibration) -> list[str]:
        return differences(calibration.run)

    def get_effect(self, calibration: Calibration) -> str | None:
        return None if calibration.threshold is None else what_it_does(calibration.feature, calibration.threshold)


def told(calibration: Calibration) -> dict[str, Any]:
    return dict(CalibrationShape(calibration).data)
