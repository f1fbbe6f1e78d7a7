from typing import Any

from rest_framework import serializers

from killswitch.models import Stop
from tenants.serializers import Choice, Page, Strict


class StopQuery(Page):
    state = Choice(choices=["active", "lifted", "all"], default="active")
    tenant = serializers.CharField(required=False, help_text="Only this tenant's.")


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
    tenant = serializers.CharField(source="tenant.slug")
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
