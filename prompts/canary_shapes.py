"""How the API tells of a canary's calls beside all others'."""

from typing import Any

from rest_framework import serializers

from prompts.serializers import ReleaseShape


class ArmShape(serializers.Serializer[Any]):
    calls = serializers.IntegerField()
    people = serializers.IntegerField()
    ok = serializers.IntegerField()
    failed = serializers.IntegerField()
    refused = serializers.IntegerField(help_text="Withheld by grounding, or turned away before a model was asked.")
    stopped = serializers.IntegerField()
    other = serializers.IntegerField(help_text="Over a budget, or hung up.")
    unpriced = serializers.IntegerField(help_text="Not in the cost.")
    cost_usd = serializers.CharField(allow_null=True, help_text="By call.")
    latency_p50_ms = serializers.FloatField(allow_null=True)
    latency_p95_ms = serializers.FloatField(allow_null=True)
    output_tokens = serializers.CharField(allow_null=True, help_text="By call.")


class DifferenceShape(serializers.Serializer[Any]):
    measure = serializers.CharField(
        help_text="failed, refused: shares from 0 to 1; cost: US dollars; latency: milliseconds; output_tokens."
    )
    head = serializers.CharField(allow_null=True, help_text="Null: too few calls to tell, as all that follow.")
    base = serializers.CharField(allow_null=True)
    low = serializers.CharField(allow_null=True, help_text="Head less base lies above it, 95 times in 100 below high.")
    high = serializers.CharField(allow_null=True)
    is_seen = serializers.BooleanField(help_text="Both have the same sign: there is a difference.")


class LeftOutShape(serializers.Serializer[Any]):
    calls = serializers.IntegerField()
    tenants = serializers.IntegerField(help_text="Whose calls these are.")


class CanaryShape(serializers.Serializer[Any]):
    canary = ReleaseShape()
    beside = ReleaseShape(help_text="What all others get.")
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    is_cut = serializers.BooleanField(help_text="The canary began earlier: there are too many calls for one answer.")
    head = ArmShape(help_text="The canary's calls.")
    base = ArmShape(help_text="Those of all others.")
    left_out = LeftOutShape(
        help_text="Calls of both versions that count in neither: their tenants had a version of their own at the time."
    )
    pinned = serializers.IntegerField(
        help_text="Calls of both versions that count in neither arm: they named the version themselves."
    )
    unmarked = serializers.IntegerField(
        help_text="Calls in the arms whose records do not say who chose the version, as those of an older gateway."
    )
    differences = DifferenceShape(many=True)
    sentences = serializers.ListField(child=serializers.CharField(), help_text="The same in plain words.")
