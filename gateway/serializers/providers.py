from typing import Any

from rest_framework import serializers

from gateway.models import Model, Provider
from tenants.serializers import called


class ProviderShape(serializers.ModelSerializer[Provider]):
    has_key = serializers.SerializerMethodField(help_text="Keys are written, never read.")

    class Meta:
        model = Provider
        fields = [
            "slug",
            "name",
            "base_url",
            "api",
            "has_responses",
            "pricing_provider",
            "simulated",
            "allow_private",
            "has_key",
            "api_key_last_four",
            "api_key_env",
            "created_at",
        ]

    def get_has_key(self, provider: Provider) -> bool:
        return provider.api_key_sealed is not None or bool(provider.api_key_env)


class PriceShape(serializers.Serializer[Any]):
    prices = serializers.DictField(help_text="By kind, USD a million tokens, as exact decimals.")
    valid_from = serializers.DateTimeField()
    source = called(serializers.CharField())


class ModelShape(serializers.ModelSerializer[Model]):
    name = serializers.CharField(source="slug", help_text="What callers write as `model`.")
    provider = serializers.CharField(source="provider.slug")
    simulated = serializers.BooleanField(source="provider.simulated")

    class Meta:
        model = Model
        fields = ["name", "provider", "upstream", "context_window", "simulated"]


class PricedModelShape(ModelShape):
    price = PriceShape(allow_null=True, help_text="Null: unknown, and so is the cost of its calls.")

    class Meta(ModelShape.Meta):
        fields = [*ModelShape.Meta.fields, "price"]
