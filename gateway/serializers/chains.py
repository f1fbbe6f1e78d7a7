"""Shapes of chains, of what changes them, and of which chain is a feature's."""

from typing import Any

from rest_framework import serializers

from gateway.models import Chain, ChainMember
from gateway.models.chain import TRIGGERS
from gateway.standing.words import Stand
from tenants.serializers import Choice, Strict, called


class MemberShape(serializers.ModelSerializer[ChainMember]):
    model = serializers.CharField(source="model.slug")

    class Meta:
        model = ChainMember
        fields = ["model", "timeout_seconds", "attempts", "first_percent"]


class ChainShape(serializers.ModelSerializer[Chain]):
    name = serializers.CharField(source="slug", help_text="What callers write as `model`.")
    triggers = serializers.ListField(
        child=serializers.ChoiceField(choices=TRIGGERS), help_text="The failures that lead to the next model."
    )
    members = MemberShape(many=True)

    class Meta:
        model = Chain
        fields = ["name", "deadline_seconds", "triggers", "max_hops", "members"]


class StandingMemberShape(MemberShape):
    """Counts are of customers' calls."""

    label = called(serializers.CharField(help_text="Who it is in the records of calls: provider/upstream."))
    state = serializers.ChoiceField(
        choices=list(map(str, Stand)), help_text="not_asked: nothing speaks against it, and no call reached it."
    )
    why = serializers.CharField(allow_blank=True, help_text="In words.")
    until = serializers.DateTimeField(allow_null=True, help_text="When that is over, if that is known.")
    answered_15m = serializers.IntegerField()
    failed_15m = serializers.IntegerField()
    answered_24h = serializers.IntegerField()
    failed_24h = serializers.IntegerField()

    class Meta(MemberShape.Meta):
        fields = [
            *(*MemberShape.Meta.fields, "label", "state", "why", "until"),
            *("answered_15m", "failed_15m", "answered_24h", "failed_24h"),
        ]


class AskedInVainShape(serializers.Serializer[Any]):
    label = called(serializers.CharField(help_text="provider/upstream."))
    why = serializers.CharField(help_text="In words.")


class FallbackShape(serializers.Serializer[Any]):
    call = serializers.UUIDField()
    at = serializers.DateTimeField()
    in_vain = AskedInVainShape(many=True, help_text="Who gave no answer, in turn.")
    served = serializers.CharField(allow_blank=True, help_text="Who answered, or was asked last.")
    answered = serializers.BooleanField()
    broke_off = serializers.BooleanField(help_text="It had begun to answer, and did not come to the end.")


class StandingChainShape(ChainShape):
    members = StandingMemberShape(many=True)
    remarks = serializers.ListField(
        child=serializers.CharField(), help_text="In words: what works otherwise than its author may think."
    )
    hours_counted = serializers.IntegerField(help_text="Of the last 24, as many as could be counted in time.")
    last_fallback = FallbackShape(allow_null=True, help_text="The newest of the last 7 days; null: none.")

    class Meta(ChainShape.Meta):
        fields = [*ChainShape.Meta.fields, "remarks", "hours_counted", "last_fallback"]


class MemberOrder(Strict):
    model = serializers.CharField(max_length=100)
    timeout_seconds = serializers.IntegerField(default=ChainMember.TIMEOUT_SECONDS, min_value=1, max_value=3600)
    attempts = serializers.IntegerField(default=1, min_value=1, max_value=5)
    first_percent = serializers.IntegerField(
        default=0, min_value=0, max_value=100, help_text="Of this share of the calls it is asked first."
    )


class ChainOrder(Strict):
    """The whole chain: what is left out has its default."""

    members = MemberOrder(many=True, help_text="In the order in which they are asked.")
    deadline_seconds = serializers.IntegerField(default=Chain.DEADLINE_SECONDS, min_value=1, max_value=3600)
    triggers = serializers.ListField(
        child=Choice(choices=TRIGGERS),
        required=False,
        help_text="The failures that lead to the next model; left out: all.",
    )
    max_hops = serializers.IntegerField(
        default=Chain.MAX_HOPS, min_value=1, max_value=Chain.MAX_HOPS, help_text="Attempts of all models together."
    )


class TenantChainShape(serializers.Serializer[Any]):
    tenant = serializers.CharField()
    chain = serializers.CharField()


class FeatureChainShape(serializers.Serializer[Any]):
    chain = serializers.CharField(allow_null=True, help_text="Of all tenants that have none of their own.")
    tenants = TenantChainShape(many=True, help_text="Those that have.")


class FeatureChainOrder(Strict):
    chain = serializers.CharField(allow_null=True, help_text="Null: none any more.")
    tenant = serializers.CharField(required=False, help_text="Of this tenant alone.")
