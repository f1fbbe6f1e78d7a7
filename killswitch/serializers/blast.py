from typing import Any

from rest_framework import serializers

from tenants.serializers import called


class FeatureRateShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    calls_per_minute = serializers.FloatField(allow_null=True)


class BlastShape(serializers.Serializer[Any]):
    """What a stop would end just now. Null: it cannot be told, which is not none."""

    calls_per_minute = serializers.FloatField(
        default=None, allow_null=True, help_text="Mean of the last five full minutes; of very many, of a shorter time."
    )
    own_calls_per_minute = serializers.FloatField(
        default=None, allow_null=True, help_text="Beside them the console's own checks; null: of one tenant alone."
    )
    people = serializers.IntegerField(default=None, allow_null=True, help_text="In the last quarter of an hour.")
    open_streams = serializers.IntegerField(
        default=None, allow_null=True, help_text="Under way in gateways that answer."
    )
    features = FeatureRateShape(many=True, default=None, allow_null=True, help_text="That had calls, busiest first.")
    tenants = serializers.IntegerField(default=None, allow_null=True, help_text="Customers that had calls.")
    since = called(
        serializers.DateTimeField(default=None, allow_null=True, help_text="Of features, tenants and spend.")
    )
    spend_usd = serializers.CharField(default=None, allow_null=True, help_text="Exact; unpriced calls are not in it.")
    unpriced_calls = serializers.IntegerField(default=None, allow_null=True)
    writes = serializers.IntegerField(
        default=None, allow_null=True, help_text="To a customer's system, asked for in the last hour."
    )
