from typing import Any

from rest_framework import serializers

from killswitch.models import Drill


class ReachedShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    seconds = serializers.FloatField(allow_null=True, help_text="Null: not confirmed.")


class DrillShape(serializers.ModelSerializer[Drill]):
    processes = ReachedShape(many=True, help_text="From the stop to its being in force, of each gateway.")
    reached = serializers.ListField(
        child=serializers.CharField(), help_text="Gateways that answered the calls made while it was stopped."
    )

    class Meta:
        model = Drill
        fields = [
            "id", "started_at", "finished_at", "started_by", "passed", "trouble", "total", "confirmed", "processes",
            "stop_seconds", "lift_seconds", "asked", "refused", "reached",
        ]  # fmt: skip


class SwitchProofShape(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    confirmed = serializers.IntegerField()
    total = serializers.IntegerField()
    seconds = serializers.FloatField(help_text="From the stop to its being in force on the last gateway.")


class DrillSummaryShape(serializers.Serializer[Any]):
    drills = serializers.IntegerField()
    passed = serializers.IntegerField()
    samples = serializers.IntegerField(help_text="One for each gateway of each drill.")
    p50 = serializers.FloatField(allow_null=True)
    p99 = serializers.FloatField(allow_null=True)
    max = serializers.FloatField(allow_null=True)


class DrillListShape(serializers.Serializer[Any]):
    """A page of drills, newest first."""

    results = DrillShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="Send it as `cursor`; null on the last page.")
    last_proof = SwitchProofShape(allow_null=True, help_text="The newest drill that passed; null: none has.")
    summary = DrillSummaryShape(help_text="Of the last 24 hours.")
