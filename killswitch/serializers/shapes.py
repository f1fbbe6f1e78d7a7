from datetime import datetime
from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from killswitch.models import Stop, StopEvent
from killswitch.scopes import Scope
from killswitch.serializers.blast import BlastShape
from killswitch.serializers.held import HeldShape
from tenants.models import Process
from tenants.serializers import FeatureShape, TenantStateShape, called

FEATURE_STATES: Final = ["on", "off", "held_off"]


class StopShape(serializers.ModelSerializer[Stop]):
    tenant = serializers.CharField(source="tenant.slug", default=None, allow_null=True)
    feature = serializers.CharField(source="feature.slug", default=None, allow_null=True)
    ref = serializers.SerializerMethodField(
        help_text="Provider, model, `prompt@v17`, system or user. Null: nothing more, or a user who was forgotten."
    )
    what = serializers.CharField(help_text="What is off, in words.")
    made_by = serializers.CharField(source="maker")
    made_careful_by = serializers.CharField(
        source="careful_maker", help_text="Who gave it its reason by joining, where that was not who made it; or empty."
    )
    note = serializers.CharField(source="open_note", help_text="Empty: of the operator, to a tenant's own people.")
    by_operator = serializers.BooleanField(help_text="Not for the tenant's own people to lift or review.")
    needs_second_person = serializers.BooleanField(
        source="is_careful", help_text="Not for whoever made it careful to lift, in person or with a key."
    )
    takes_two = serializers.BooleanField(
        help_text="Careful, and nobody knows for sure by whom: one person reviews it, another lifts it; no key does."
    )

    class Meta:
        model = Stop
        fields = [
            "id",
            "scope",
            "tenant",
            "feature",
            "ref",
            "what",
            "mode",
            "in_flight",
            "drain_seconds",
            "admits",
            "origin",
            "state",
            "reason",
            "note",
            "message",
            "made_at",
            "made_by",
            "made_careful_by",
            "by_operator",
            "needs_second_person",
            "takes_two",
            "expires_at",
            "review_at",
            "lifted_at",
            "version",
            "revision",
        ]

    @extend_schema_field({"type": "string", "nullable": True})
    def get_ref(self, stop: Stop) -> str | None:
        """A user's id is not kept with the stop: whoever shows one looks it up first."""
        found: str | None = vars(stop).get("person") if stop.scope == Scope.USER else stop.subject or None
        return found


class KeptMoment(serializers.DateTimeField):
    """Of a moment that histories keep as text."""

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(datetime.fromisoformat(value))


class BeforeShape(serializers.Serializer[Any]):
    reason = serializers.CharField()
    mode = serializers.CharField()
    expires_at = KeptMoment(allow_null=True)


class StopResultShape(serializers.Serializer[Any]):
    stop = StopShape(help_text="As it holds now: of two stops the careful reason, and the later end.")
    revision = serializers.IntegerField(help_text="Ask /stops/revisions/<revision>/ who has applied it.")
    joined = serializers.BooleanField(help_text="It was off already; the reason and note went into its history.")
    before = BeforeShape(allow_null=True, help_text="What held until then of the stop that was joined.")


class LiftResultShape(serializers.Serializer[Any]):
    lifted = serializers.BooleanField(help_text="False: nothing was off.")
    revision = serializers.IntegerField(help_text="Of the last change there; 0: nothing was ever off.")
    still_off = StopShape(allow_null=True, help_text="A wider stop that keeps it off.")
    features_off = StopShape(many=True, help_text="Of a tenant: features that stay off by stops of their own.")
    held_off = HeldShape(many=True, help_text="Gateways hold these in force here, and the database does not know them.")


class ConfirmationsShape(serializers.Serializer[Any]):
    revision = serializers.IntegerField()
    complete = serializers.BooleanField()
    total = serializers.IntegerField(help_text="All gateways; one that vanished without a goodbye stays among them.")
    confirmed = serializers.IntegerField()
    seconds = serializers.FloatField(allow_null=True, help_text="To the last confirmation.")
    cut = serializers.IntegerField(help_text="Answers cut in mid-stream.")
    laggards = serializers.ListField(
        child=serializers.CharField(), help_text="Alive, not yet confirmed; to a tenant's own, empty."
    )
    lost = serializers.ListField(child=serializers.CharField(), help_text="No contact; likewise.")


class StopEventShape(serializers.ModelSerializer[StopEvent]):
    by = serializers.CharField(source="doer")
    note = serializers.CharField(source="open_note")
    calls_per_minute = serializers.FloatField(
        source="blast_radius.calls_per_minute", default=None, allow_null=True, help_text="When it was done."
    )

    blast_radius = BlastShape(help_text="What it would end, as it was known then.")

    class Meta:
        model = StopEvent
        fields = [
            "version", "revision", "kind", "at", "by", "origin", "reason", "note", "calls_per_minute", "blast_radius",
            "audit_seq",
        ]  # fmt: skip


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
    stops = StopShape(many=True, help_text="Of this feature alone, in force; more may be off by wider stops.")

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
