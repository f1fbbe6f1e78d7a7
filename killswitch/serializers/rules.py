from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from killswitch.models import Complaint, Rule, Trip
from killswitch.models.rule import MOST_RATE
from killswitch.rules import changing, showing
from killswitch.rules.machine import Stage
from killswitch.scopes import Mode
from tenants.serializers import Choice, Strict


@extend_schema_field(OpenApiTypes.STR)
class RuleMode(Choice):
    """Of the same name as other modes, which a schema would mix up with it."""


class RuleMoveOrder(Strict):
    to = Choice(
        choices=list(changing.MOVES),
        help_text="asked: that it goes live; live: agree to it, as another person or key than who asked.",
    )
    version = serializers.IntegerField(required=False, help_text="What you have seen; another one is refused.")


class RuleLimitsOrder(Strict):
    trip = serializers.FloatField(required=False, min_value=0, max_value=MOST_RATE)
    clear = serializers.FloatField(required=False, min_value=0, max_value=MOST_RATE)
    window_seconds = serializers.IntegerField(required=False)
    min_calls = serializers.IntegerField(required=False)
    min_callers = serializers.IntegerField(required=False)
    min_usd_a_minute = serializers.DecimalField(
        required=False, max_digits=10, decimal_places=4, help_text="Of a rule on the cost; with less it never trips."
    )
    mode = RuleMode(required=False, choices=[mode.value for mode in Mode if mode != Mode.READ_ONLY])
    version = serializers.IntegerField(required=False, help_text="What you have seen; another one is refused.")


class RuleStandingShape(serializers.Serializer[Any]):
    subject = serializers.CharField()
    name = serializers.CharField(source="label")
    stage = serializers.ChoiceField(choices=[each.value for each in Stage if each is not Stage.CLEAR])
    admits = serializers.IntegerField(source="percent", help_text="Per cent of the calls that pass on trial.")
    since = serializers.DateTimeField(allow_null=True)
    shadow = serializers.BooleanField(source="trip.shadow", default=False)
    stop = serializers.UUIDField(source="trip.stop_id", default=None, allow_null=True)


class RuleShape(serializers.ModelSerializer[Rule]):
    signal = serializers.CharField(help_text="errors, ungrounded, schema, cost, canary or complaints.")
    scope = serializers.CharField(help_text="model, provider, connection, prompt_version or tenant_feature.")
    mode = serializers.CharField(help_text="What callers get: refuse, handoff or canned.")
    min_usd_a_minute = serializers.DecimalField(
        max_digits=10, decimal_places=4, help_text="Of a rule on the cost: with less it never trips. 0 of all others."
    )
    state = serializers.CharField(help_text="off, shadow, asked or live.")
    asked_by = serializers.CharField(source="asked_by_label")
    approved_by = serializers.CharField(source="approved_by_label")
    blind = serializers.CharField(
        help_text="Why its last look stopped nothing: it could not look, or too much was bad at once; or empty."
    )

    class Meta:
        model = Rule
        fields = [
            "slug", "name", "signal", "scope", "mode", "trip", "clear", "window_seconds", "min_calls", "min_callers",
            "min_usd_a_minute",
            "state", "asked_by", "asked_at", "approved_by", "approved_at", "changed_at", "version", "looked_at",
            "blind",
        ]  # fmt: skip


class OpenedRuleShape(RuleShape):
    watches = serializers.CharField(help_text="In words.")
    standing = RuleStandingShape(many=True, help_text="What it keeps off just now, or in shadow would.")

    class Meta(RuleShape.Meta):
        fields = [*RuleShape.Meta.fields, "watches", "standing"]


class TripShape(serializers.ModelSerializer[Trip]):
    name = serializers.CharField(source="label")
    saw = serializers.SerializerMethodField()
    evidence = serializers.DictField(help_text="What was counted, and ids of some of the calls.")

    class Meta:
        model = Trip
        fields = ["subject", "name", "shadow", "at", "ended_at", "ended", "latched", "saw", "evidence", "stop"]

    def get_saw(self, trip: Trip) -> str:
        return showing.saw(trip, trip.rule)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Of a call", value={"call": "01900000-0000-7000-8000-000000000000", "words": "Wrong price"},
            request_only=True,
        )
    ]
)  # fmt: skip
class ComplaintOrder(Strict):
    call = serializers.UUIDField(required=False, help_text="The x-aiops-call-id of the answer.")
    tenant = serializers.CharField(required=False, help_text="Where the call is not known: whose.")
    feature = serializers.CharField(required=False, help_text="And of which feature.")
    words = serializers.CharField(max_length=2000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        named = ("tenant" in attrs, "feature" in attrs)
        if ("call" in attrs and any(named)) or ("call" not in attrs and not all(named)):
            raise serializers.ValidationError("Give either call, or tenant and feature.")
        return attrs


class ComplaintShape(serializers.ModelSerializer[Complaint]):
    tenant = serializers.CharField(source="tenant.slug")
    feature = serializers.CharField(source="feature.slug")
    call = serializers.UUIDField(source="call_id", allow_null=True)

    class Meta:
        model = Complaint
        fields = ["id", "tenant", "feature", "call", "words", "at", "by"]
