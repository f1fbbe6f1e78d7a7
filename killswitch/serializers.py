from typing import Any, Final

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from killswitch.models import Stop, StopEvent
from tenants.models import Process
from tenants.serializers import Choice, FeatureShape, Page, Strict, TenantStateShape, called

FEATURE_STATES: Final = ["on", "off", "held_off"]


class StopQuery(Page):
    state = Choice(choices=["active", "lifted", "all"], default="active")
    tenant = serializers.CharField(required=False, help_text="Only this tenant's.")


_OFF: Final = {"tenant": "acme", "reason": "answers", "note": "Wrong opening hours"}


@extend_schema_serializer(examples=[OpenApiExample("All of a tenant", value=_OFF, request_only=True)])
class StopOrder(Strict):
    tenant = serializers.CharField()
    feature = serializers.CharField(required=False, help_text="Only this feature of the tenant.")
    reason = Choice(choices=Stop.Reason.choices)
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)
    expires_at = serializers.DateTimeField(required=False, help_text="Back on by itself then.")


class LiftOrder(Strict):
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)


class TargetLiftOrder(LiftOrder):
    tenant = serializers.CharField()
    feature = serializers.CharField(required=False, help_text="Without it: the stop of the whole tenant.")


class StopShape(serializers.ModelSerializer[Stop]):
    tenant = serializers.CharField(source="tenant.slug", default=None, allow_null=True)
    feature = serializers.CharField(source="feature.slug", default=None, allow_null=True)
    made_by = serializers.CharField(source="made_by_label")
    needs_second_person = serializers.BooleanField(source="is_careful", help_text="Not for whoever made it to lift.")

    class Meta:
        model = Stop
        fields = [
            "id",
            "tenant",
            "feature",
            "state",
            "reason",
            "note",
            "message",
            "made_at",
            "made_by",
            "needs_second_person",
            "expires_at",
            "lifted_at",
            "version",
            "revision",
        ]


class BeforeShape(serializers.Serializer[Any]):
    reason = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)


class StopResultShape(serializers.Serializer[Any]):
    stop = StopShape(help_text="As it holds now: of two stops the careful reason, and the later end.")
    revision = serializers.IntegerField(help_text="Ask /stops/revisions/<revision>/ who has applied it.")
    joined = serializers.BooleanField(help_text="It was off already; the reason and note went into its history.")
    before = BeforeShape(allow_null=True, help_text="What held until then of the stop that was joined.")


class LiftResultShape(serializers.Serializer[Any]):
    lifted = serializers.BooleanField(help_text="False: nothing was off.")
    revision = serializers.IntegerField()
    still_off = StopShape(allow_null=True, help_text="A wider stop that keeps the feature off.")
    features_off = StopShape(many=True, help_text="Of a tenant: features that stay off by stops of their own.")


class ConfirmationsShape(serializers.Serializer[Any]):
    revision = serializers.IntegerField()
    complete = serializers.BooleanField()
    total = serializers.IntegerField(help_text="All gateways; one that vanished without a goodbye stays among them.")
    confirmed = serializers.IntegerField()
    seconds = serializers.FloatField(allow_null=True, help_text="To the last confirmation.")
    cut = serializers.IntegerField(help_text="Answers cut in mid-stream.")
    laggards = serializers.ListField(child=serializers.CharField(), help_text="Alive, not yet confirmed.")
    lost = serializers.ListField(child=serializers.CharField(), help_text="No contact.")


class StopEventShape(serializers.ModelSerializer[StopEvent]):
    by = serializers.CharField(source="actor_label")
    calls_per_minute = serializers.FloatField(
        source="blast_radius.calls_per_minute", default=None, allow_null=True, help_text="When it was done."
    )

    class Meta:
        model = StopEvent
        fields = ["version", "revision", "kind", "at", "by", "reason", "note", "calls_per_minute", "audit_seq"]


class OpenedStopShape(StopShape):
    events = StopEventShape(many=True, help_text="Newest first.")
    confirmations = ConfirmationsShape(help_text="Of the last change.")

    class Meta(StopShape.Meta):
        fields = [*StopShape.Meta.fields, "events", "confirmations"]


class FeatureStateShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=FEATURE_STATES, help_text="Held off: with the whole tenant.")
    stop = serializers.UUIDField(allow_null=True, help_text="Its own stop.")


class TrafficShape(serializers.Serializer[Any]):
    calls_per_minute = serializers.FloatField(help_text="Mean of the last five full minutes.")
    error_rate = serializers.FloatField(allow_null=True, help_text="Of the last quarter of an hour; null: no calls.")
    errors = called(serializers.IntegerField())
    people = serializers.IntegerField(allow_null=True)
    last_call_at = serializers.DateTimeField(allow_null=True)


class OpenedTenantShape(TenantStateShape):
    stops = StopShape(many=True, help_text="In force; the one of the whole tenant first.")
    features = FeatureStateShape(many=True)
    traffic = TrafficShape()

    class Meta(TenantStateShape.Meta):
        fields = [*TenantStateShape.Meta.fields, "stops", "features", "traffic"]


class OpenedFeatureShape(FeatureShape):
    stops = StopShape(many=True, help_text="Of this feature alone, in force; whole tenants may be off besides.")

    class Meta(FeatureShape.Meta):
        fields = [*FeatureShape.Meta.fields, "stops"]


class ProcessShape(serializers.ModelSerializer[Process]):
    is_answering = serializers.BooleanField(help_text="Heard from within the last five seconds.")

    class Meta:
        model = Process
        fields = [
            "id", "kind", "name", "host", "pid", "started_at", "seen_at", "is_answering", "stops_revision",
            "config_revision", "push_works", "open_calls",
        ]  # fmt: skip
